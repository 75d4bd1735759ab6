using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Cli.Output;
using Gatehouse.Cli.WrapCommands;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary>The way to the host that asks: a gateway, or the host of the wrapped servers of this account.</summary>
/// <param name="isPersonal">True for the host of wrapped servers.</param>
/// <param name="state">The state folder of a gateway; null takes it from the configuration.</param>
/// <param name="config">The configuration of a gateway.</param>
/// <param name="tokenFile">The file of the person's token; null for none.</param>
internal sealed class ApprovalChannel(bool isPersonal, string? state, string? config, string? tokenFile)
{
    private const string Elsewhere = "for servers that you wrapped, add --host";

    /// <summary>True for the host of wrapped servers.</summary>
    public bool IsPersonal => isPersonal;

    /// <summary>True where the person shows a token.</summary>
    public bool HasToken => tokenFile is not null;

    /// <summary>
    /// Returns the proof of the person: the token where one was given, otherwise a confirmation typed at the terminal. Without a terminal there is
    /// none, and the host says which proof it takes.
    /// </summary>
    /// <param name="question">The act in words, for the question.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The proof, or null and the exit code.</returns>
    public Task<(PersonProof? Proof, int Code)> ProveAsync(string question, CancellationToken cancellation) =>
        ControlCall.ProveAsync(tokenFile, question, cancellation);

    /// <summary>Sends an act with the proof of a person. A proof serves several acts of one command. Returns the exit code.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="act">The act.</param>
    /// <param name="show">Shows an answer.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<int> SendAsync(PersonProof proof, AdministrativeAction act, Action<ControlReply> show, CancellationToken cancellation) =>
        isPersonal ? LocalHostControl.RunAsync(act, show, cancellation, start: false, confirmed: proof.IsConfirmed)
            : ControlCall.SendAsync(state, config, proof, act, show, cancellation);

    /// <summary>Asks for the proof of a person, sends an act with it, shows the answer, and returns the exit code.</summary>
    /// <param name="question">The act in words, for the question.</param>
    /// <param name="act">The act.</param>
    /// <param name="show">Shows an answer.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<int> ProveAndSendAsync(string question, AdministrativeAction act, Action<ControlReply> show, CancellationToken cancellation)
    {
        var (proof, code) = await ProveAsync(question, cancellation).ConfigureAwait(false);
        return proof is null ? code : await SendAsync(proof, act, show, cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends an act, shows the answer, and returns the exit code.</summary>
    /// <param name="act">The act.</param>
    /// <param name="show">Shows an answer.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="isConfirmed">True when a person typed a confirmation at this terminal.</param>
    /// <param name="start">True starts a host of wrapped servers that does not run.</param>
    public async Task<int> SendAsync(
        AdministrativeAction act, Action<ControlReply> show, CancellationToken cancellation, bool isConfirmed = false, bool start = false)
    {
        if (isPersonal)
            return await LocalHostControl.RunAsync(act, show, cancellation, start, confirmed: isConfirmed).ConfigureAwait(false);
        if (tokenFile is null && !isConfirmed)
            return await ControlCall.RunAsync(state, config, act, show, cancellation, Elsewhere).ConfigureAwait(false);
        var (token, code) = await ControlCall.ReadTokenAsync(tokenFile, cancellation).ConfigureAwait(false);
        return code != ExitCodes.Done ? code
            : await ControlCall.SendAsync(state, config, new PersonProof(token, isConfirmed), act, show, cancellation).ConfigureAwait(false);
    }
}
