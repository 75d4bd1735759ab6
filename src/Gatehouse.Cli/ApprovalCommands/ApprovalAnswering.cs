using Gatehouse.Administration;
using Gatehouse.Cli.Output;
using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary>A person's answers to questions. Each question is shown in full first, and the answer names the digest of what was shown.</summary>
/// <param name="channel">The way to the host.</param>
/// <param name="grants">True for grants, false for denials.</param>
/// <param name="reason">The reason; may be empty.</param>
/// <param name="shown">Digest of the text that the person was shown before; null asks at the terminal.</param>
internal sealed class ApprovalAnswering(ApprovalChannel channel, bool grants, string reason, string? shown)
{
    private const string OpenState = "open";

    /// <summary>Answers the questions, one after the other. Returns the worst exit code.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        var worst = ExitCodes.Done;
        foreach (var id in ids) worst = Math.Max(worst, await AnswerAsync(id, cancellation).ConfigureAwait(false));
        return worst;
    }

    private async Task<int> AnswerAsync(string id, CancellationToken cancellation)
    {
        ApprovalView? view = null;
        var code = await channel.SendAsync(new ShowApproval(id), reply => view = reply.Approval, cancellation).ConfigureAwait(false);
        if (view is not { } question) return code;
        if (question.State != OpenState) return Refused($"{id} is {question.State} already; nothing was changed");
        if (question.Definition is not null && !grants) return Refused($"{id} is a definition: it is withheld until a person approves it, so there is nothing to deny");
        if (shown is not null && shown != question.Shown) return Refused($"the text of {id} is not the one with the digest of --shown; nothing was changed");
        var isConfirmed = false;
        if (shown is null)
        {
            var text = string.Join('\n', ApprovalScreen.Lines(question, TimeProvider.System.GetUtcNow())) + "\n\n";
            var answer = TerminalConfirmation.Ask(text, Words(question));
            if (answer is { IsGiven: false, HasTerminal: true }) return ControlCall.Declined(answer);
            if (!answer.HasTerminal && channel.HasToken) return NotSeen(id);
            // A right is granted by a person with a name: the token, and not the terminal, is the proof.
            // Without a terminal the host answers, and records that it was tried.
            isConfirmed = answer.IsGiven && !(question.Kind == ApprovalView.AccessKind && channel.HasToken);
        }

        return await channel.SendAsync(ActOf(question), ControlCall.ShowMessage, cancellation, isConfirmed).ConfigureAwait(false);
    }

    private string Words(ApprovalView question) => question.Definition is not null ? $"approve the definition {question.Id}"
        : question.Kind == ApprovalView.AccessKind ? $"{(grants ? "grant" : "deny")} {question.Id}, {ApprovalScreen.Right(question)}"
        : $"{(grants ? "grant" : "deny")} {question.Id}, one call with exactly this content";

    private AdministrativeAction ActOf(ApprovalView question) =>
        question.Definition is { } definition && DefinitionKinds.TryParse(definition.Kind, out var kind)
            ? new ApproveDefinition(definition.Server, kind, definition.Name, definition.Digest, reason, null)
            : new AnswerApproval(question.Id, grants, question.Digest, question.Shown ?? "", reason);

    private static int NotSeen(string id)
    {
        Terminal.Fault("there is no terminal at which the call could be shown to you; nothing was changed");
        Terminal.Hint($"look at it with 'gatehouse {(ApprovalActs.IsAccessId(id) ? "access" : "approval")} show {id}', and give the digest of what you saw with --shown");
        return ExitCodes.No;
    }

    private static int Refused(string why)
    {
        Terminal.Fault(why);
        return ExitCodes.No;
    }
}
