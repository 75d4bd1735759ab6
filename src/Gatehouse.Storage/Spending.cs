using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>The parameters of <see cref="IGrantStore.SpendAsync"/>.</summary>
internal sealed record Spending(
    CredentialKind Kind, ReadOnlyMemory<byte> Digest, ReadOnlyMemory<byte> Successor, IReadOnlyList<CredentialRow> Added, GrantRow? Grant,
    int MostOfSubject, DateTimeOffset Now)
{
    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">A part is out of its range.</exception>
    public void Validate()
    {
        StoredText.CheckDigest(Digest, nameof(Digest));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Successor.Length, CredentialRow.MostSealedBytes, nameof(Successor));
        ArgumentNullException.ThrowIfNull(Added);
        foreach (var row in Added) row.Validate();
        if (Grant is null) return;
        Grant.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(MostOfSubject, 1);
    }

    /// <summary>Refuses credentials of other grants: they would live on when the grant from which they follow ends.</summary>
    /// <exception cref="ArgumentException">One belongs to another grant.</exception>
    public void CheckGrants(string own)
    {
        if (Added.Any(row => row.GrantId != own && row.GrantId != Grant?.Id))
            throw new ArgumentException("A credential that is added belongs to another grant.");
    }
}
