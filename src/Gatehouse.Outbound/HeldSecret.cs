using Gatehouse.Identity.Bearer;

namespace Gatehouse.Outbound;

/// <summary>The value of a reference, as a configuration holds it.</summary>
internal abstract class HeldSecret
{
    /// <summary>The value to use now.</summary>
    /// <exception cref="InvalidDataException">It may not be used any more.</exception>
    public SecretText Current => Now.Value;

    /// <summary>The same, with its version.</summary>
    /// <exception cref="InvalidDataException">It may not be used any more.</exception>
    public abstract VaultValue Now { get; }

    /// <summary>Returns a value that stays the same until the next reload.</summary>
    public static HeldSecret Fixed(SecretText value) => new FixedSecret(value);

    private sealed class FixedSecret(SecretText value) : HeldSecret
    {
        public override VaultValue Now { get; } = new(value, null);
    }
}
