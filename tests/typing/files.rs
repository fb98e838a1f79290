//! The resource files that are edited.

use std::fmt::Write;

/// Name and text of every file.
pub fn files() -> Vec<(&'static str, String)> {
    let mut files: Vec<(&str, String)> = vec![
        ("genre.ex", include_str!("files/genre.ex").to_owned()),
        ("ticket.ex", include_str!("files/ticket.ex").to_owned()),
        ("invoice.ex", include_str!("files/invoice.ex").to_owned()),
        ("device.ex", include_str!("files/device.ex").to_owned()),
        ("accounts.ex", include_str!("files/accounts.ex").to_owned()),
        ("order.ex", include_str!("files/order.ex").to_owned()),
        // With line ends of Windows and a byte order mark.
        ("patient.ex", format!("\u{feff}{}", include_str!("files/patient.ex").replace('\n', "\r\n"))),
    ];
    files.push(("generated.ex", generated()));
    files
}

/// A resource of about 1,600 lines, as a legacy database gives it.
pub fn generated() -> String {
    let mut text = String::from(
        "defmodule Legacy.Record do\n  @moduledoc false\n\n  use Ash.Resource,\n    domain: Legacy,\n    \
         data_layer: AshPostgres.DataLayer\n\n  postgres do\n    table \"records\"\n    repo Legacy.Repo\n\n    \
         references do\n",
    );
    for number in 0..40 {
        let _ = writeln!(text, "      reference :owner_{number}, on_delete: :restrict, name: \"fk_{number}\"");
    }
    text.push_str("    end\n\n    custom_indexes do\n");
    for number in 0..60 {
        let _ = match number % 3 {
            0 => writeln!(text, "      index [:column_{number}]"),
            1 => writeln!(text, "      index [:column_{number}, :name], unique: true"),
            _ => writeln!(
                text,
                "\n      index [:column_{number}] do\n        name \"idx_{number}\"\n        where \"column_{number} > 0\"\n      end\n"
            ),
        };
    }
    text.push_str("    end\n  end\n\n  attributes do\n    integer_primary_key :id\n");
    for number in 0..200 {
        let _ = match number % 5 {
            0 => writeln!(text, "    attribute :column_{number}, :string, allow_nil?: false"),
            1 => writeln!(
                text,
                "\n    attribute :column_{number}, :integer do\n      default {number}\n      public? true\n      \
                 constraints min: 0, max: 1_000\n    end\n"
            ),
            2 => writeln!(
                text,
                "    attribute :column_{number}, :atom,\n      constraints: [one_of: [:a_{number}, :b_{number}]],\n      \
                 default: :a_{number}"
            ),
            3 => writeln!(
                text,
                "    # number {number}: see \"legacy\" (do\n    attribute :column_{number}, :map, default: %{{}}"
            ),
            _ => writeln!(
                text,
                "\n    attribute :column_{number}, :string do\n      description \"\"\"\n      Column {number}, as \
                 \"it\" was.\n      \"\"\"\n\n      source :COL{number}\n    end\n"
            ),
        };
    }
    text.push_str("  end\n\n  relationships do\n");
    for number in 0..40 {
        let _ = match number % 2 {
            0 => writeln!(text, "    belongs_to :owner_{number}, Legacy.Owner{number}"),
            _ => writeln!(
                text,
                "\n    belongs_to :owner_{number}, Legacy.Owner{number} do\n      attribute_type :integer\n      \
                 allow_nil? false\n    end\n"
            ),
        };
    }
    text.push_str("  end\n\n  identities do\n");
    for number in 0..20 {
        let _ = writeln!(text, "    identity :key_{number}, [:column_{number}, :id]");
    }
    text.push_str("  end\n\n  actions do\n    defaults [:read, :destroy]\n");
    for number in 0..25 {
        let _ = writeln!(
            text,
            "\n    update :change_{number} do\n      accept [:column_{number}]\n      argument :reason, :string, allow_nil?: false\n\n      \
             change fn changeset, _context ->\n        case Ash.Changeset.get_argument(changeset, :reason) do\n          \
             \"none\" -> changeset\n          _ -> Ash.Changeset.force_change_attribute(changeset, :column_{number}, {number})\n        \
             end\n      end\n    end"
        );
    }
    text.push_str("  end\n\n  calculations do\n");
    for number in 0..30 {
        let _ = writeln!(text, "    calculate :label_{number}, :string, expr(\"#\" <> column_{number})");
    }
    text.push_str("  end\nend\n");
    text
}
