namespace Gatehouse.Upstreams;

/// <summary>The record of a program that has no audit log, such as a scan.</summary>
internal sealed class NoCredentialUses : ICredentialUses
{
    private NoCredentialUses()
    {
    }

    /// <summary>The only one.</summary>
    public static NoCredentialUses Instance { get; } = new();

    /// <inheritdoc />
    public void Note(OutsideUse use)
    {
    }
}
