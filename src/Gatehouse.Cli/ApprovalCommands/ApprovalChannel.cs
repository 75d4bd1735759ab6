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
