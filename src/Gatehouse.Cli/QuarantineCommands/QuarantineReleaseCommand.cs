using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.QuarantineCommands;

/// <summary><c>gatehouse quarantine release</c>.</summary>
internal static class QuarantineReleaseCommand
{
    public static Command Create()
    {
        var options = new ApprovalOptions();
        var id = QuarantineIds.All.One("The result, as 'quarantine list' prints it.");
        var reason = new Option<string?>("--reason") { Description = "Reason, kept in the audit log.", HelpName = "text" };
        var shown = ApprovalOptions.ShownOption("quarantine show");
        var falseAlarm = new Option<bool>("--false-alarm")
        { Description = "Mark the findings as false alarms: keep the result as a case for 'detect', and print suppressions to review." };
        var command = new Command("release",
            """
            Release one withheld result. The command shows it in full at the terminal, and asks. The next call that is the same, of the same
            caller, returns the result once, without being carried out again. The rules of then judge the call and the result; only the
            findings that you were shown are set aside. Needs administration.reading.payloads.

            With --false-alarm, the command prints suppressions for the configuration. Review them: nothing is suppressed by itself. For a
            prompt, a resource or the result of a task it prints none: a suppression is about a tool or about every message of a server.

            Examples:
              gatehouse quarantine release qua-7q4kd2m9xs --config gatehouse.yaml --token-file admin.token --reason "ticket 812"
              gatehouse quarantine release qua-7q4kd2m9xs --host --false-alarm
            """)
        { id, reason, shown, falseAlarm };
        options.AddTo(command, names: true);
        options.CheckShown(command, shown);
        command.SetAction((parsed, cancellation) => ReleaseAsync(options.ChannelOf(parsed, names: true),
            new Wanted(parsed.GetValue(id)!, parsed.GetValue(reason) ?? "", parsed.GetValue(shown), parsed.GetValue(falseAlarm)), cancellation));
        return command;
    }

    private static async Task<int> ReleaseAsync(ApprovalChannel channel, Wanted wanted, CancellationToken cancellation)
    {
        // Threat: the command fetches the text itself, and the log then says that a person was shown a text that no screen had. So nothing is fetched
        // where nothing is shown: the gateway compares the digest with the text that it showed this person.
        if (wanted.Shown is null && channel.HasToken && !TerminalConfirmation.HasTerminal) return NotSeen(wanted.Id);
        var (proof, code) = await channel.ProveAsync(
            () => new AskedResults(channel).WordsAsync("show at this terminal the withheld result", [wanted.Id], cancellation), cancellation)
            .ConfigureAwait(false);
        if (proof is null) return code;
        if (wanted.Shown is { } known) return await SendAsync(channel, proof, wanted, known, cancellation).ConfigureAwait(false);
        QuarantineView? view = null;
        var show = new ShowQuarantined(wanted.Id) { Reason = wanted.Reason };
        code = await channel.SendAsync(proof, show, reply => view = reply.As<QuarantineView>(), cancellation).ConfigureAwait(false);
        if (view is not { Shown: { } digest } result) return code;
        var text = string.Join('\n', QuarantineScreen.Lines(result)) + "\n\n";
        var act = $"release {wanted.Id} for one call, with its findings set aside";
        var answer = await TerminalConfirmation.AskAsync(text, act, cancellation).ConfigureAwait(false);
        return answer.IsGiven ? await SendAsync(channel, proof, wanted, digest, cancellation).ConfigureAwait(false)
            : ControlCall.Declined(answer, channel.MayUseToken);
    }

    private static Task<int> SendAsync(ApprovalChannel channel, PersonProof proof, Wanted wanted, string digest, CancellationToken cancellation) =>
        channel.SendAsync(proof, new ReleaseQuarantined(wanted.Id, digest, wanted.Reason, wanted.IsFalseAlarm), reply =>
        {
            ControlCall.ShowMessage(reply);
            if (wanted.IsFalseAlarm) PrintSuppressions(reply.As<QuarantineReleased>().View(), wanted.Reason);
        }, cancellation);

    private static void PrintSuppressions(QuarantineView result, string reason)
    {
        Terminal.NoteLine(ProposedCommands.Complete("the result is kept as a case: gatehouse quarantine cases"));
        if (!SuppressionProposal.IsPossible(result))
        {
            Terminal.NoteLine("no suppression is proposed: it is no result of a tool, and a suppression would hide the finding in every message of the server");
            return;
        }

        Terminal.NoteLine("review this addition to the configuration; nothing is suppressed by itself");
        Terminal.Lines(SuppressionProposal.Lines(result, reason, TimeProvider.System.GetUtcNow()));
    }

    private static int NotSeen(string id)
    {
        Terminal.Fault($"there is no terminal at which {id} could be shown to you; nothing was changed");
        Terminal.Hint($"look at it with 'gatehouse quarantine show {id}', and give the digest that it prints for you with --shown");
        return ExitCodes.No;
    }

    private sealed record Wanted(string Id, string Reason, string? Shown, bool IsFalseAlarm);
}
