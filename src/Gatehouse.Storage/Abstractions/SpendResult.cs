namespace Gatehouse.Storage.Abstractions;

/// <summary>The result of using a credential up.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Credential">The credential; null when it is unknown.</param>
/// <param name="Grant">Its grant, as it was before; null when it has none, or the grant has ended.</param>
/// <param name="SpentAt">When it was spent the first time; null when it is unknown or spent now.</param>
/// <param name="Successor">The sealed successor that was stored when it was spent the first time; empty when none was.</param>
public readonly record struct SpendResult(
    SpendOutcome Outcome, CredentialRow? Credential, GrantRow? Grant, DateTimeOffset? SpentAt, ReadOnlyMemory<byte> Successor)
{
    /// <summary>The subject's oldest grants, which ended for the new one; empty when none did.</summary>
    public IReadOnlyList<GrantRow> Ended { get => field ?? []; init; }
}
