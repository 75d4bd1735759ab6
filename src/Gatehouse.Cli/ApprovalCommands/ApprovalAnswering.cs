using Gatehouse.Administration;
using Gatehouse.Cli.Output;
using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary>
/// A person's answers to questions. Each question is shown in full at the terminal first. Without a terminal the person names the digest of the text
/// that the gateway showed before.
/// </summary>
/// <param name="channel">The way to the host.</param>
/// <param name="grants">True for grants, false for denials.</param>
/// <param name="reason">The reason; may be empty.</param>
/// <param name="shown">Digest of the text that the person was shown before; null asks at the terminal.</param>
internal sealed class ApprovalAnswering(ApprovalChannel channel, bool grants, string reason, string? shown)
{
    private const string OpenState = "open";

    /// <summary>What is remembered with a grant; null for nothing.</summary>
    public RememberWish? Remember { get; init; }

    /// <summary>Answers the questions, one after the other. Returns the worst exit code.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        var worst = ExitCodes.Done;
        foreach (var id in ids) worst = Math.Max(worst, await AnswerAsync(id, cancellation).ConfigureAwait(false));
        return worst;
    }

    private Task<int> AnswerAsync(string id, CancellationToken cancellation)
    {
        if (DefinitionQuestions.IsId(id) && !grants)
            return Task.FromResult(Refused($"{id} is a definition: it is withheld until a person approves it, so there is nothing to deny",
                "leave it as it is; to stop the server itself, use: gatehouse contain server NAME --reason TEXT"));
        if (DefinitionQuestions.IsId(id) && Remember is not null)
            return Task.FromResult(Refused(ActionRefusal.NotRemembered(id)));
        if (shown is not null) return DefinitionQuestions.IsId(id) ? ApproveShownAsync(id, cancellation) : SendAsync(Blind(id), false, cancellation);
        if (!TerminalConfirmation.HasTerminal && channel.HasToken) return Task.FromResult(NotSeen(id));
        return AskAsync(id, cancellation);
    }

    // Threat: the command fetches the text itself, and the log then says that a person was shown a text that no screen had. So nothing is fetched
    // before it is certain that it is shown.
    private async Task<int> AskAsync(string id, CancellationToken cancellation)
    {
        var (isAsked, code) = await channel.AsksAsync(cancellation).ConfigureAwait(false);
        if (code != ExitCodes.Done) return code;
        // The host names the proof that it takes, and records the attempt.
        if (!isAsked && !channel.HasToken) return await SendAsync(Blind(id), false, cancellation).ConfigureAwait(false);
        ApprovalView? view = null;
        var show = new ShowApproval(id) { Remember = Remember };
        code = await channel.SendAsync(show, reply => view = reply.As<ApprovalView>(), cancellation).ConfigureAwait(false);
        if (view is not { } question) return code;
        if (question.State != OpenState) return Refused(ActionRefusal.ApprovalOver(question.Id, question.State));
        var text = string.Join('\n', ApprovalScreen.Lines(question, TimeProvider.System.GetUtcNow())) + "\n\n";
        var answer = await TerminalConfirmation.AskAsync(text, Words(question), cancellation).ConfigureAwait(false);
        if (!answer.IsGiven) return ControlCall.Declined(answer, channel.MayUseToken);
        // A right or an act is granted by a person with a name: the token, and not the terminal, is the proof.
        var isConfirmed = !(question.Kind is ApprovalView.AccessKind or ApprovalView.ActKind && channel.HasToken);
        return await SendAsync(ActOf(question), isConfirmed, cancellation).ConfigureAwait(false);
    }

    // A definition is approved by its own digest, which the list has. The list is no showing of the text.
    private async Task<int> ApproveShownAsync(string id, CancellationToken cancellation)
    {
        var (reply, code) = await channel.ReadAsync(new ListPendingDefinitions(), cancellation).ConfigureAwait(false);
        if (reply is null) return code;
        if (reply.As<PendingDefinitions>().Definitions.FirstOrDefault(one => DefinitionQuestions.IdOf(one) == id) is not { } found)
            return Refused(ActionRefusal.UnknownApproval(id));
        var view = DefinitionQuestions.Shown(found);
        return view.Shown == shown ? await SendAsync(ActOf(view), false, cancellation).ConfigureAwait(false) : Refused(ActionRefusal.NotShown(id));
    }

    private Task<int> SendAsync(AdministrativeAction act, bool isConfirmed, CancellationToken cancellation) =>
        channel.SendAsync(act, ControlCall.ShowMessage, cancellation, isConfirmed);

    private AnswerApproval Blind(string id) => new(id, grants, "", shown ?? "", reason) { Remember = Remember };

    private string Words(ApprovalView question) => question.Definition is not null ? $"approve the definition {question.Id}"
        : question.Kind == ApprovalView.AccessKind ? $"{(grants ? "grant" : "deny")} {question.Id}, {ApprovalScreen.Right(question)}"
        : question.Kind == ApprovalView.ActKind
            ? $"{(grants ? "grant" : "deny")} {question.Id}, {ApprovalScreen.Act(question)} with exactly these parameters, once"
        : $"{(grants ? "grant" : "deny")} {question.Id}, one call with exactly this content{Memory}";

    private string Memory => Remember is null ? "" : ", and remember the answer as shown above";

    private AdministrativeAction ActOf(ApprovalView question) =>
        question.Definition is { } definition && DefinitionKinds.TryParse(definition.Kind, out var kind)
            ? new ApproveDefinition(definition.Server, kind, definition.Name, definition.Digest, reason, null)
            : new AnswerApproval(question.Id, grants, question.Digest, question.Shown ?? "", reason) { Remember = Remember };

    private static int NotSeen(string id)
    {
        Terminal.Fault($"there is no terminal at which {id} could be shown to you; nothing was changed");
        Terminal.Hint($"look at it with 'gatehouse {(ApprovalActs.IsAccessId(id) ? "access" : "approval")} show {id}', and give the digest that it prints for you with --shown");
        return ExitCodes.No;
    }

    private static int Refused(ActionRefusal why)
    {
        Terminal.Fault(why.Message);
        Terminal.Hint($"remedy: {why.Remedy}");
        return ExitCodes.No;
    }

    private static int Refused(string why, string remedy)
    {
        Terminal.Fault(why);
        Terminal.Hint($"remedy: {remedy}");
        return ExitCodes.No;
    }
}
