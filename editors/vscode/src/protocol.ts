// What ashls adds to the protocol; docs/protocol.md describes it.
import type { Location, Position, Range } from "vscode-languageclient";

export interface PreviewParams {
  uri?: string;
  module?: string;
  position?: Position;
  format?: "sql" | "ecto";
}

export interface PreviewResult {
  title: string;
  module?: string;
  languageId: string;
  text: string;
  causes: { range: Range; location: Location }[];
}

export interface PendingItem {
  title: string;
  code: string;
  range: Range;
  sql: string[];
  lock?: string;
  danger?: string;
}

export interface PendingResource {
  module: string;
  table?: string;
  location: Location;
  changes: PendingItem[];
  questions: { text: string; range: Range }[];
}

export interface PendingResult {
  changes: number;
  questions: number;
  resources: PendingResource[];
}

export interface GenerateResult {
  status: "written" | "nothing" | "unanswered";
  files: string[];
}
