namespace Gatehouse.Azure.Tests.StandIns;

/// <summary>A version of a secret in a stand-in of Key Vault.</summary>
/// <param name="Id">Its 32 hexadecimal digits.</param>
/// <param name="Value">Its value.</param>
internal sealed record StoredVersion(string Id, string Value)
{
    public bool Enabled { get; init; } = true;

    /// <summary>Its end; null for none.</summary>
    public DateTimeOffset? Ends { get; init; }

    /// <summary>Its beginning; null for none.</summary>
    public DateTimeOffset? Begins { get; init; }
}
