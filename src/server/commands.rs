//! Writing migration and snapshot on the client's command.
//!
//! The files are written here, not by the client: editors apply created files neither all or none nor saved. Questions
//! that the command brings no answer for are asked in a dialog.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::request::{ShowDocument, ShowMessageRequest};
use tower_lsp::ls_types::*;

use crate::ide::{FileChange, GenerateRequest, Generated, GeneratedFiles, QuestionView};
use crate::workspace::lock::ProjectLock;
use crate::workspace::write::{self, FileChanges};

use super::clock::timestamp;
use super::configuration::SettingsByProject;
use super::event::{Event, Internal};
use super::outbox::{Outbox, PATIENCE};
use super::paths;
use super::preview::{Place, only_argument, scope};
use super::protocol::{
    AnswerResult, GENERATE, GenerateParams, GenerateResult, GenerateStatus, PREVIEW, QuestionResult,
};
use super::reply::{self, Reply};
use super::waiting::Terms;
use super::workers::request_failed;
use super::world::World;

/// How long another ashls that is writing is waited for.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

impl World {
    /// `workspace/executeCommand`.
    pub fn command(&mut self, params: ExecuteCommandParams, reply: Reply<Option<Value>>) {
        let done = match params.command.as_str() {
            GENERATE => only_argument::<GenerateParams>(params.arguments),
            PREVIEW => match only_argument(params.arguments) {
                Ok(params) => return self.preview_command(params, reply),
                Err(error) => Err(error),
            },
            unknown => Err(Error::invalid_params(format!("{unknown}: not a command of ashls"))),
        };
        let params = match done {
            Ok(params) => params,
            Err(error) => return reply.send(Err(error)),
        };
        if self.generating {
            return reply.send(Err(request_failed("a migration is being written already")));
        }
        self.generating = true;
        let task = Task {
            events: self.events.clone(),
            outbox: self.outbox.clone(),
            settings: self.configuration.settings.clone(),
            show_document: self.client.show_document,
            written: Vec::new(),
        };
        tokio::spawn(task.run(params, reply));
    }

    /// Finds out what to write, from the newest texts.
    pub fn generate(&mut self, params: GenerateParams, reply: Reply<Generated>) {
        let terms = Terms { ready: true, ..Terms::now() };
        self.on_workspace(reply, terms, move |context, cancellation| {
            let place = Place { uri: params.uri.as_ref(), module: params.module, position: params.position };
            let scope = scope(context, place, cancellation)?;
            let answers = params.answers.into_iter().collect();
            let request =
                GenerateRequest { scope, name: params.name, dev: params.dev, answers, timestamp: timestamp() };
            Ok(context.analysis.generate(&request, cancellation)?)
        });
    }

    /// A command has ended, after writing these files. The next one sees them.
    pub fn generate_ended(&mut self, written: Vec<FileChange>) {
        self.generating = false;
        self.record_renames_when_due();
        if !written.is_empty() {
            let written = written.into_iter().filter(|file| match file {
                FileChange::Text { path, .. } => !self.documents.owns(path),
                _ => true,
            });
            let written = written.collect();
            self.edit(written);
            self.refresh = true;
        }
    }
}

/// One command on its way. Dropping it tells the main loop that it has ended.
struct Task {
    events: UnboundedSender<Event>,
    outbox: Outbox,
    settings: Arc<SettingsByProject>,
    show_document: bool,
    written: Vec<FileChange>,
}

impl Drop for Task {
    fn drop(&mut self) {
        let ended = Internal::GenerateEnded(std::mem::take(&mut self.written));
        let _ = self.events.send(Event::Internal(ended));
    }
}

impl Task {
    async fn run(mut self, params: GenerateParams, mut reply: Reply<Option<Value>>) {
        let result = tokio::select! {
            result = self.result(params) => result,
            // Cancelled: what has been written by then stays.
            () = reply.closed() => return,
        };
        let value = result.and_then(|result| serde_json::to_value(result).map_err(|_| Error::internal_error()));
        // The main loop hears of the files before the client does.
        drop(self);
        reply.send(value.map(Some));
    }

    async fn result(&mut self, mut params: GenerateParams) -> Result<GenerateResult> {
        loop {
            let (reply, answer) = reply::channel();
            let _ = self.events.send(Event::Internal(Internal::Generate(params.clone(), reply)));
            match answer.wait().await? {
                Generated::Nothing => return Ok(outcome(GenerateStatus::Nothing, Vec::new(), Vec::new())),
                Generated::Refused(reason) => return Err(request_failed(reason)),
                Generated::Files(files) => return self.write(files).await,
                Generated::Questions(questions) => {
                    let asked = questions.iter().find(|question| !params.answers.contains_key(&question.id));
                    let answer = match asked {
                        Some(question) => self.ask(question).await,
                        None => None,
                    };
                    match answer {
                        Some((question, answer)) => drop(params.answers.insert(question, answer)),
                        None => return Ok(outcome(GenerateStatus::Unanswered, Vec::new(), questions)),
                    }
                }
            }
        }
    }

    async fn ask(&self, question: &QuestionView) -> Option<(String, String)> {
        let actions = question
            .answers
            .iter()
            .map(|answer| MessageActionItem { title: answer.title.clone(), properties: Default::default() });
        let params = ShowMessageRequestParams {
            typ: MessageType::INFO,
            message: question.text.clone(),
            actions: Some(actions.collect()),
        };
        let chosen = self.outbox.ask::<ShowMessageRequest>(params, PATIENCE).await??;
        let answer = question.answers.iter().find(|answer| answer.title == chosen.title)?;
        Some((question.id.clone(), answer.id.clone()))
    }

    async fn write(&mut self, files: GeneratedFiles) -> Result<GenerateResult> {
        let names: Vec<_> = files.write.iter().map(|(path, _)| path.clone()).collect();
        let (root, open) = (files.root.clone(), files.open.clone());
        let written = tokio::task::spawn_blocking(move || write_files(&files)).await;
        self.written = written.map_err(|_| Error::internal_error())?.map_err(request_failed)?;
        self.outbox.show(MessageType::INFO, format!("ashls wrote {}", names.join(", ")));
        if let Some(open) = open.filter(|_| self.show_document && self.settings.of(&root).open_generated)
            && let Some(uri) = paths::to_uri(&root.join(open))
        {
            let params = ShowDocumentParams { uri, external: None, take_focus: Some(true), selection: None };
            self.outbox.request::<ShowDocument>(params, |_| {});
        }
        let uris = names.iter().filter_map(|name| paths::to_uri(&root.join(name))).collect();
        Ok(outcome(GenerateStatus::Written, uris, Vec::new()))
    }
}

fn outcome(status: GenerateStatus, files: Vec<Uri>, questions: Vec<QuestionView>) -> GenerateResult {
    let questions = questions.into_iter().map(|question| QuestionResult {
        id: question.id,
        text: question.text,
        answers: question
            .answers
            .into_iter()
            .map(|answer| AnswerResult { id: answer.id, title: answer.title })
            .collect(),
    });
    GenerateResult { status, files, questions: questions.collect() }
}

/// Writes the files, all or none, while no other ashls does. Returns what has changed.
fn write_files(files: &GeneratedFiles) -> std::result::Result<Vec<FileChange>, String> {
    let _lock = ProjectLock::acquire(&files.root, LOCK_PATIENCE).map_err(|error| error.to_string())?;
    let changes =
        FileChanges { write: files.write.clone(), rename: files.rename.clone(), delete: files.delete.clone() };
    write::apply(&files.root, &changes).map_err(|error| error.to_string())?;
    Ok(changed(&files.root, files))
}

fn changed(root: &Path, files: &GeneratedFiles) -> Vec<FileChange> {
    let gone = |path: &String| FileChange::Remove { path: root.join(path) };
    let text = |path: PathBuf, text: &str| FileChange::Text { path, text: text.into(), open: false };
    let mut changes: Vec<_> = files.rename.iter().map(|(from, _)| gone(from)).collect();
    let renamed = files.rename.iter().filter_map(|(_, to)| {
        let path = root.join(to);
        let contents = std::fs::read_to_string(&path).ok()?;
        Some(text(path, &contents))
    });
    changes.extend(renamed);
    changes.extend(files.write.iter().map(|(path, contents)| text(root.join(path), contents)));
    changes.extend(files.delete.iter().map(gone));
    changes
}
