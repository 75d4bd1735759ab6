using Gatehouse.Gateway.Access;
using Gatehouse.Identity.Revocations;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>Parts that all acts on questions to people share. There is one of each, so that acts on one question wait for each other.</summary>
/// <param name="Store">Questions and answers.</param>
/// <param name="Boxes">Their sealed facts.</param>
/// <param name="Journal">The entries.</param>
/// <param name="Digests">Digests of persons.</param>
/// <param name="Rights">The rights that people have: the effect of a question about one.</param>
/// <param name="Snapshot">Returns the configuration in force.</param>
/// <param name="Time">The clock.</param>
internal sealed record ApprovalParts(
    IApprovalStore Store, ApprovalBoxes Boxes, ApprovalJournal Journal, CallDigests Digests, ActiveAccess Rights, Func<GatewaySnapshot> Snapshot,
    TimeProvider Time) : IDisposable
{
    /// <summary>Changes of questions, with their entries.</summary>
    public RecordedChanges Changes { get; } = new(Journal);

    /// <summary>Exchanges of this process that wait for answers.</summary>
    public ApprovalWaiters Waiters { get; } = new();

    /// <summary>Turns at questions.</summary>
    public ApprovalTurns Turns { get; } = new();

    /// <summary>Revocations and containments of people and clients; null on a host that has one person.</summary>
    public IRevocationList? Revocations { get; set; }

    /// <inheritdoc />
    public void Dispose() => Turns.Dispose();
}
