using System.Text;

namespace Gatehouse.Audit.Tree.Notes;

/// <summary>Ed25519 over the text (C2SP signed-note, type 0x01). It needs the system's libcrypto.</summary>
public sealed class Ed25519NoteKey : NoteKey
{
    internal const byte Type = 1;

    internal Ed25519NoteKey(string name, byte[] material)
        : base(name, material)
    {
    }

    /// <inheritdoc />
    public override uint Id => NamedId(Name, Material);

    /// <inheritdoc />
    public override bool IsSupported => Ed25519.IsSupported;

    /// <inheritdoc />
    public override bool Verifies(string text, ReadOnlySpan<byte> signature) =>
        Ed25519.Verify(Material.AsSpan(1), Encoding.UTF8.GetBytes(text), signature);
}
