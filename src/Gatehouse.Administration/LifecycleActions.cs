using System.Globalization;
using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>Shows the state of the host.</summary>
internal sealed record ShowStatus : AdministrativeAction<StatusReport>
{
    internal override string Name => "status";

    internal override ActRow Row => HostRows.Status;

    internal override ActionEffect Effect => ActionEffect.Reads;

    public override bool IsOffered(AdministrationParts parts) => true;

    protected override Task<ActionOutcome<StatusReport>> RunAsync(AdministrationParts parts, Administrator by) =>
        Task.FromResult<ActionOutcome<StatusReport>>(new StatusReport(parts.Status.Facts()));
}

/// <summary>Reads the configuration again and puts it in force as a whole.</summary>
/// <param name="File">
/// The absolute path of the file that the administrator means; null for that of the gateway. A gateway reads the file that it was started with: who
/// withdraws a right in another one would believe that it is gone.
/// </param>
internal sealed record Reload(string? File = null) : AdministrativeAction<Reloaded>
{
    internal override string Name => "reload";

    internal override ActRow Row => HostRows.Reload;

    internal override ActionEffect Effect => ActionEffect.Grants;

    public override bool IsOffered(AdministrationParts parts) => true;

    protected override async Task<ActionOutcome<Reloaded>> RunAsync(AdministrationParts parts, Administrator by)
    {
        var own = parts.Lifecycle.ConfigurationFile;
        if (File is not null && own is not null && !SameFile.Is(File, own)) return ActionRefusal.AnotherConfiguration(own, File);
        var faults = await parts.Lifecycle.ReloadAsync(by).ConfigureAwait(false);
        return faults.Count == 0
            ? new Reloaded(parts.Lifecycle.Generation, own, parts.Lifecycle.Warnings)
            : ActionRefusal.FaultyConfiguration(faults);
    }
}

/// <summary>Takes no new exchanges and waits for those under way.</summary>
/// <param name="Patience">The longest wait; at most an hour.</param>
internal sealed record Drain(
    [property: JsonPropertyName("seconds"), JsonConverter(typeof(SecondsJson))] TimeSpan? Patience = null) : AdministrativeAction<Drained>
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    internal override string Name => "drain";

    internal override ActRow Row => HostRows.Drain;

    internal override ActionEffect Effect => ActionEffect.Withdraws;

    public override bool IsOffered(AdministrationParts parts) => parts.Lifecycle.Drains;

    protected override async Task<ActionOutcome<Drained>> RunAsync(AdministrationParts parts, Administrator by)
    {
        var patience = Patience ?? Usual;
        patience = patience < TimeSpan.Zero ? TimeSpan.Zero : patience > Longest ? Longest : patience;
        var left = await parts.Lifecycle.DrainAsync(patience).ConfigureAwait(false);
        return left == 0 ? new Drained() : ActionRefusal.StillUnderWay(left);
    }
}

/// <summary>Ends the host; wrapped servers start another.</summary>
internal sealed record StopHost : AdministrativeAction<HostStopped>
{
    internal override string Name => "host.stopped";

    internal override ActRow Row => HostRows.Stop;

    internal override ActionEffect Effect => ActionEffect.Withdraws;

    internal override bool IsRecordedFirst => true;

    public override bool IsOffered(AdministrationParts parts) => parts.Lifecycle.Stops;

    protected override Task<ActionOutcome<HostStopped>> RunAsync(AdministrationParts parts, Administrator by)
    {
        parts.Lifecycle.Stop();
        return Task.FromResult<ActionOutcome<HostStopped>>(new HostStopped());
    }
}

/// <summary>The state of the host.</summary>
/// <param name="Facts">Facts by name.</param>
internal sealed record StatusReport(IReadOnlyDictionary<string, string> Facts) : ActResult;

/// <summary>A configuration is in force.</summary>
/// <param name="Generation">Its generation.</param>
/// <param name="File">The file that was read; null where the host names none.</param>
/// <param name="Warnings">Warnings about it.</param>
internal sealed record Reloaded(long Generation, string? File, IReadOnlyList<string> Warnings) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence =>
        string.Create(CultureInfo.InvariantCulture, $"generation {Generation} is in force{(File is { } file ? ": " + file : "")}");

    /// <inheritdoc />
    internal override IReadOnlyList<string> Remarks => Warnings;
}

/// <summary>Nothing is under way any more.</summary>
internal sealed record Drained : ActResult
{
    /// <inheritdoc />
    internal override string Sentence => "drained: no request is in progress";
}

/// <summary>The host ends.</summary>
internal sealed record HostStopped : ActResult
{
    /// <inheritdoc />
    internal override string Sentence => "the host ends; servers that are connected continue with another host";
}
