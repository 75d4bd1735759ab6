using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary><c>gatehouse audit erase</c>.</summary>
internal static class AuditEraseCommand
{
    public static Command Create()
    {
        var issuer = new Argument<string>("issuer") { Description = "Issuer of the person, as 'audit search' prints it." };
        var subject = new Argument<string>("subject") { Description = "Subject of the person at that issuer." };
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var purpose = new Option<string?>("--purpose")
        {
            Description = "Purpose, kept in the audit log without limit. Needed. Name the request, never the person.",
            HelpName = "text",
        };
        var token = new Option<string?>("--token-file") { Description = "File with an access token for the administration audience.", HelpName = "file" };
        var command = new Command("erase",
            """
            Erase what the audit log of a running gateway says about a person. The command destroys the person's keys, the index, the kept
            requests, and kept texts of earlier configurations that name the subject. Texts that
            cannot be parsed may name it, and are destroyed only if the log knows the person. If the log does not know the issuer, no
            text is destroyed. Entries and proofs stay. It cannot be undone. Exports and copies made before are not reached; the answer
            names exports, and counts other readings, that may have shown entries of the person. It also says whether the configuration
            in force names the subject: change its files, reload, and erase again.

            The command needs administration.reading.erase, or with --dev a confirmation typed at the terminal.

            The exit code is 1 if the log does not know the issuer and subject, whatever else was destroyed, if a file could not be
            reached, or if the gateway refused. To a reader of the whole log the answer then names issuers that the log knows. It also
            names archived entries that are not in the folder. A run that completes an unfinished erasure exits with 0.

            Example:
              gatehouse audit erase https://login.example.com alice --purpose "request 4711" --config gatehouse.yaml --token-file admin.token
            """) { issuer, subject, config, state, purpose, token };
        command.Refuse(state, "the gateway is found by its state folder", config);
        command.SetAction((parsed, cancellation) =>
        {
            var words = parsed.GetValue(purpose);
            if (!GivenPurpose.IsGood(words, "erased")) return Task.FromResult(ExitCodes.Usage);
            var act = new ErasePerson(parsed.GetValue(issuer)!, parsed.GetValue(subject)!, words);
            if (act.PurposeNamesPerson)
            {
                Terminal.Fault(ActionRefusal.PurposeNamesPerson.Message);
                Terminal.Hint(ActionRefusal.PurposeNamesPerson.Remedy);
                return Task.FromResult(ExitCodes.Usage);
            }

            return ControlCall.RunAsPersonAsync(parsed.GetValue(state), parsed.GetValue(config), parsed.GetValue(token),
                $"erase what the audit log says about {parsed.GetValue(subject)} of {parsed.GetValue(issuer)}, which cannot be undone",
                act, cancellation, Show);
        });
        return command;
    }

    // One remark a line: what was erased, what stays, and what left the log before. In a terminal its further lines begin to the right of it.
    private static void Show(ControlReply reply)
    {
        foreach (var remark in (reply.Remarks ?? []).Prepend(reply.Message ?? "done"))
        {
            foreach (var line in HelpText.Hanging("", ProposedCommands.Complete(remark), Terminal.NoteColumns, indent: 2)) Terminal.NoteLine(line);
        }
    }
}
