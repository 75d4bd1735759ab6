using Gatehouse.Administration;
using Gatehouse.Cli.Output;
using Gatehouse.Cli.WrapCommands;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Text;

namespace Gatehouse.Cli.LockCommands;

/// <summary>Approvals on a running gateway. The withheld definitions are shown first, and approved by the digest that was shown.</summary>
/// <param name="personal">True for the host of wrapped servers of this account.</param>
/// <param name="state">The state folder; null takes it from the configuration.</param>
/// <param name="config">The configuration.</param>
/// <param name="tokenFile">The file of the administration token; null asks at the terminal.</param>
/// <param name="reason">The reason.</param>
/// <param name="ends">The end of the approval; null for never.</param>
internal sealed class GatewayApproval(bool personal, string? state, string? config, string? tokenFile, string? reason, DateTimeOffset? ends)
{
    /// <summary>Prints the withheld definitions.</summary>
    public Task<int> ShowAsync(CancellationToken cancellation) => ListAsync(Show, cancellation);

    /// <summary>Approves the definitions.</summary>
    public async Task<int> ApproveAsync(IReadOnlyList<DefinitionRef> references, bool all, CancellationToken cancellation)
    {
        IReadOnlyList<PendingDefinition> pending = [];
        var listed = await ListAsync(reply => pending = reply.As<PendingDefinitions>().Definitions, cancellation).ConfigureAwait(false);
        if (listed != ExitCodes.Done) return listed;
        if (references.FirstOrDefault(reference => !pending.Any(one => Means(reference, one))) is { } unknown) return Unknown(unknown, pending);
        var chosen = pending.Where(one => (all && DefinitionKinds.TryParse(one.Kind, out _)) || references.Any(reference => Means(reference, one)))
            .ToList();
        if (chosen.Count == 0)
        {
            Terminal.Fault("the gateway withholds no such definition; it does not know definitions that no client has requested since the start");
            return ExitCodes.No;
        }

        if (string.IsNullOrEmpty(reason))
        {
            Terminal.Fault("give the reason with --reason");
            return ExitCodes.Usage;
        }

        Print(chosen);
        var worst = ExitCodes.Done;
        foreach (var one in chosen)
        {
            if (!DefinitionKinds.TryParse(one.Kind, out var kind)) continue; // it was not chosen
            var question = $"approve {one.Server}/{Key(one)}";
            worst = Math.Max(worst,
                await ActAsync(question, new ApproveDefinition(one.Server, kind, one.Name, one.Digest, reason, ends),
                    cancellation).ConfigureAwait(false));
        }

        return worst;
    }

    // A slip in one of several names must not pass as the approval of all of them.
    private int Unknown(DefinitionRef reference, IReadOnlyList<PendingDefinition> pending)
    {
        var known = new List<(string, DefinitionKind, string)>();
        foreach (var one in pending)
        {
            if (DefinitionKinds.TryParse(one.Kind, out var kind)) known.Add((one.Server, kind, one.Name));
        }

        Terminal.Fault($"the gateway withholds no definition {reference}{NearestDefinition.Words(reference, known)}; nothing was approved");
        Terminal.Hint("it does not know definitions that no client has requested since the start; list those that it withholds with: gatehouse lock approve "
            + (personal ? "--host" : "--gateway"));
        return ExitCodes.No;
    }

    private Task<int> ListAsync(Action<ControlReply> take, CancellationToken cancellation)
    {
        var act = new ListPendingDefinitions();
        return personal
            ? LocalHostControl.RunAsync(act, take, cancellation, start: false)
            : ControlCall.RunAsync(state, config, act, take, cancellation);
    }

    private async Task<int> ActAsync(string question, AdministrativeAction act, CancellationToken cancellation)
    {
        if (!personal) return await ControlCall.RunAsPersonAsync(state, config, tokenFile, question, act, cancellation).ConfigureAwait(false);
        var answer = await TerminalConfirmation.AskAsync(question, cancellation).ConfigureAwait(false);
        if (answer is { IsGiven: false, HasTerminal: true }) return ControlCall.Declined(answer);
        return await LocalHostControl.RunAsync(act, ControlCall.ShowMessage, cancellation, start: false, confirmed: answer.IsGiven)
            .ConfigureAwait(false);
    }

    private static bool Means(DefinitionRef reference, PendingDefinition one) =>
        DefinitionKinds.TryParse(one.Kind, out var kind) && reference.Means(one.Server, kind, one.Name);

    private static string Key(PendingDefinition one) => one.Name.Length == 0 ? one.Kind : $"{one.Kind}/{one.Name}";

    private static void Show(ControlReply reply)
    {
        var pending = reply.As<PendingDefinitions>().Definitions;
        Print(pending);
        if (pending.Count > 0 && reply.Remedy is { } remedy) Terminal.Note(remedy);
    }

    private static void Print(IReadOnlyList<PendingDefinition> pending)
    {
        if (pending.Count == 0) Terminal.Note("the gateway withholds no definition that a client has requested since the start");
        foreach (var one in pending)
        {
            Terminal.Data($"{Terminal.Emphasis(VisibleText.Escape(one.Server))}  {VisibleText.Escape(one.Source)}");
            Terminal.Data($"  {VisibleText.Escape(Key(one))}  {VisibleText.Escape(one.Reason)}  {VisibleText.Escape(one.Digest)}");
            if (one.Approvals.Count > 0)
                Terminal.Data($"  approved so far by {VisibleText.Escape(string.Join(", ", one.Approvals))}; {one.Needed} needed");
            foreach (var line in one.Lines) Terminal.Data("    " + VisibleText.Guard(line));
        }
    }
}
