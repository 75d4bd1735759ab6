using Gatehouse.Identity.Bearer;
using Gatehouse.Settings;

namespace Gatehouse.Outbound;

/// <summary>A secret that was read for one key of a configuration.</summary>
public sealed class ReadSecret
{
    internal ReadSecret(SecretReference reference, HeldSecret held) => (Reference, Held) = (reference, held);

    /// <summary>The reference, as the object of the configuration.</summary>
    public SecretReference Reference { get; }

    /// <summary>The value.</summary>
    /// <exception cref="InvalidDataException">It may not be used any more.</exception>
    public SecretText Value => Held.Current;

    internal HeldSecret Held { get; }
}
