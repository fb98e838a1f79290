;;; The set-up of docs/editors.md in a real Emacs, on a copy of the helpdesk project: see tests/editors/others.  -*- lexical-binding: t -*-

;; Run with `emacs --batch --load eglot.el DOCS PROJECT REFERENCE`. REFERENCE is a second copy of the project.
(require 'eglot)
(require 'cl-lib)

(cl-destructuring-bind (docs project reference) command-line-args-left
  (defvar test-docs docs)
  (defvar test-project (file-name-as-directory project))
  (defvar test-reference (file-name-as-directory reference)))
(setq command-line-args-left nil)

(defvar passed 0)
(defvar failed 0)

(defun check (name holds seen)
  (if holds
      (cl-incf passed)
    (cl-incf failed)
    (message "FAILED: %s\n  saw: %S" name seen)))

(defun await (find)
  "Wait for FIND to return something, and return that."
  (let ((end (+ (float-time) 30)) found)
    (while (and (not (setq found (funcall find))) (< (float-time) end))
      (accept-process-output nil 0.05))
    found))

(defun text-of (file)
  (with-temp-buffer
    (insert-file-contents file)
    (buffer-string)))

;; Emacs itself has no mode for Elixir without a grammar that is installed apart.
(define-derived-mode elixir-mode prog-mode "Elixir")

;; What the page says, as it stands there.
(with-temp-buffer
  (insert-file-contents test-docs)
  (search-forward "```elisp\n")
  (let ((start (point)))
    (search-forward "```")
    (eval (car (read-from-string (buffer-substring start (match-beginning 0)))) t)))

(setq eglot-sync-connect 30 eglot-confirm-server-edits nil eglot-extend-to-xref nil project-vc-extra-root-markers '("mix.exs"))
(find-file (concat test-project "lib/helpdesk/support/tag.ex"))
(elixir-mode)
(apply #'eglot--connect (eglot--guess-contact))
(check "eglot starts the server" (eglot-current-server) nil)

(search-forward "attribute :color")
(end-of-line)
(insert "\n    attribute :emoji, :string")
(search-backward ":emoji")
(eglot--signal-textDocument/didChange)

(defun findings ()
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))
(flymake-start)
(check "the finding is listed"
       (await (lambda () (cl-some (lambda (it) (string-search "add column emoji" it)) (findings))))
       (findings))

(let (hover)
  (eglot-hover-eldoc-function (lambda (text &rest _) (setq hover text)))
  (check "the hover shows column and statement"
         (await (lambda () (and hover (string-match-p "tags\\.emoji\\(.\\|\n\\)*ALTER TABLE" hover))))
         hover))

(eglot--update-hints-1 (point-min) (point-max))
(defun hints ()
  (cl-loop for overlay in (overlays-in (point-min) (point-max))
           when (overlay-get overlay 'eglot--inlay-hint)
           collect (or (overlay-get overlay 'after-string) (overlay-get overlay 'before-string))))
(check "the hint shows the statement"
       (await (lambda () (cl-some (lambda (it) (string-search "ADD COLUMN \"emoji\" text" it)) (hints))))
       (hints))

(save-excursion
  (end-of-line)
  (insert ", sens")
  (eglot--signal-textDocument/didChange)
  (let ((words (nth 2 (eglot-completion-at-point))))
    (check "options are completed"
           (cl-some (lambda (it) (string-search "sensitive?" it)) (all-completions "" words))
           (all-completions "" words)))
  (delete-char -6)
  (eglot--signal-textDocument/didChange))

(save-excursion
  (search-forward "[:name]")
  (backward-char 4)
  (let ((found (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot))))
    (check "a name leads to its declaration"
           (and found (string-search "attribute :name" (xref-item-summary (car found))))
           (mapcar #'xref-item-summary found))))

(let* ((actions (eglot-code-actions (point) (point)))
       (generate (cl-find "Generate migration for tags" actions :key (lambda (it) (plist-get it :title)) :test #'equal))
       (folder "priv/repo/migrations/")
       (before (directory-files (concat test-project folder)))
       (new (lambda () (cl-set-difference (directory-files (concat test-project folder)) before :test #'equal))))
  (check "generating is offered" generate actions)
  ;; The command line writes the same, from the same text.
  (write-region (point-min) (point-max) (concat test-reference "lib/helpdesk/support/tag.ex"))
  (eglot-execute (eglot-current-server) generate)
  (check "one migration is written" (await (lambda () (= (length (funcall new)) 1))) (funcall new))
  (let* ((file (concat folder (car (funcall new))))
         (stamp (substring (car (funcall new)) 0 14)))
    (with-temp-buffer
      (call-process "ashls" nil t nil "codegen" "migrate_resources1" test-reference "--timestamp" stamp)
      (check "it is what ashls codegen writes"
             (and (file-exists-p (concat test-reference file))
                  (equal (text-of (concat test-project file)) (text-of (concat test-reference file))))
             (buffer-string)))))

(eglot-shutdown (eglot-current-server))
(message "Emacs %s: %d passed, %d failed" emacs-version passed failed)
(kill-emacs (if (zerop failed) 0 1))
