namespace Gatehouse.Audit.Tree.Notes;

/// <summary>The key of a witness that cosigns with Ed25519 (C2SP tlog-cosignature, type 0x04). It needs the system's libcrypto.</summary>
public sealed class Ed25519Cosigner : NoteKey
{
    internal const byte Type = 4;

    internal Ed25519Cosigner(string name, byte[] material)
        : base(name, material)
    {
    }

    /// <inheritdoc />
    public override uint Id => NamedId(Name, Material);

    /// <inheritdoc />
    public override bool IsCosigner => true;

    /// <inheritdoc />
    public override bool IsSupported => Ed25519.IsSupported;

    /// <inheritdoc />
    public override bool Verifies(string text, ReadOnlySpan<byte> signature) =>
        Cosignature.Time(signature) is { } time
        && Ed25519.Verify(Material.AsSpan(1), Cosignature.Message(time.ToUnixTimeSeconds(), text), signature[Cosignature.TimeBytes..]);
}
