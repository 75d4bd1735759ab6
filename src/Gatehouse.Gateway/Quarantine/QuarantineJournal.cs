using System.Globalization;
using Gatehouse.Audit;
using Gatehouse.Identity.Partitions;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Quarantine;

/// <summary>The entries about withheld results in the audit log. Each returns when it is durable, before its effect.</summary>
/// <param name="note">
/// Writes a control entry in the part of the log of a caller, or of the gateway for null, and returns whether it is durable. The flag says that it is
/// written even where the caller's part is spent.
/// </param>
internal sealed class QuarantineJournal(Func<CallerPartition?, bool, string, (string Name, string Value)[], Task<bool>> note)
{
    /// <summary>Writes that a result is kept.</summary>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public Task KeptAsync(QuarantinedResultRow row, QuarantineFacts? facts, bool isRecovered) => NoteAsync(row, facts, null, "quarantine.kept", isRecovered,
        ("codes", facts?.Codes ?? ""), ("bytes", row.Size.ToString(CultureInfo.InvariantCulture)), ("until", Moments.Rfc3339(row.Expires)),
        ("action", facts is null ? "" : $"{facts.Method} {facts.Target}".TrimEnd()));

    /// <summary>Writes that a person is shown a result.</summary>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public Task ShownAsync(QuarantinedResultRow row, QuarantineFacts facts, ReadOnlyMemory<byte> shown, string way, ReleaseFacts by) =>
        NoteAsync(row, facts, by, "quarantine.shown", false, ("codes", facts.Codes), ("shown", Sealed(facts, shown)), ("way", way));

    /// <summary>Writes the state of a result: released, delivered, deleted or expired.</summary>
    /// <param name="row">The result in its state of now.</param>
    /// <param name="facts">Its facts; null when they cannot be opened any more.</param>
    /// <param name="by">The person of a release or deletion; null when there is none, or the facts cannot be opened any more.</param>
    /// <param name="why">The cause of a deletion without a person; empty for none.</param>
    /// <param name="isRecovered">True when a crash or a full log kept the entry from being written in time.</param>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable.</exception>
    public Task ChangedAsync(QuarantinedResultRow row, QuarantineFacts? facts, ReleaseFacts? by, string why, bool isRecovered) => NoteAsync(
        row, facts, row.State is QuarantineState.Released or QuarantineState.Deleted ? by : null, ActOf(row.State), isRecovered, ("why", why),
        ("codes", row.State == QuarantineState.Released ? Codes(by) : ""),
        ("until", row.State == QuarantineState.Released ? Moments.Rfc3339(row.Expires) : ""));

    private static string ActOf(QuarantineState state) => state switch
    {
        QuarantineState.Released => "quarantine.released",
        QuarantineState.Delivered => "quarantine.delivered",
        QuarantineState.Deleted => "quarantine.deleted",
        _ => "quarantine.expired",
    };

    // The findings of a release are those that the person set aside.
    private static string Codes(ReleaseFacts? by) =>
        by is null ? "" : string.Join(' ', by.SetAside.Select(static one => one.Rule).Distinct(StringComparer.Ordinal));

    private async Task NoteAsync(QuarantinedResultRow row, QuarantineFacts? facts, ReleaseFacts? by, string act, bool isRecovered,
        params (string Name, string Value)[] further)
    {
        (string Name, string Value)[] all =
        [
            ("quarantine", row.Id), ("server", row.Server), ("keyedDigest", Sealed(facts, row.Digest)), .. further,
            ("by", by?.Subject ?? ""), ("byIssuer", by?.Issuer ?? ""), ("statedReason", by?.Reason ?? ""), ("caller", facts?.Caller ?? ""),
            ("recovered", isRecovered ? "yes" : ""),
        ];
        // What a person does uses no caller's part of the log.
        var caller = facts is null || by is not null ? (CallerPartition?)null : CallerPartition.Of(facts.Issuer, facts.Subject);
        // Threat: a caller whose part of the log is spent keeps results that are withheld already from being expired, deleted or handed out. Only the
        // first entry of a result may be refused for that. The others are as few as the results that the bounds of the caller allow.
        var isFollowing = isRecovered || row.State != QuarantineState.Kept;
        if (!await note(caller, isFollowing, act, [.. all.Where(static fact => fact.Value.Length > 0)]).ConfigureAwait(false))
            throw new AuditUnavailableException("the entry about the withheld result could not be made durable");
    }

    // Both digests depend on the caller and the content. They are in the caller's box, so that no reader of the log can try out a guess or link the
    // calls of different months. Without the facts the caller was erased, and the box would be that of another person.
    private static string Sealed(QuarantineFacts? facts, ReadOnlyMemory<byte> digest) => facts is null ? "" : Convert.ToHexStringLower(digest.Span);
}
