namespace Gatehouse.Storage.Abstractions;

/// <summary>A sealed secret. The store has no key that opens it.</summary>
/// <param name="Purpose">The use of the secrets of this kind.</param>
/// <param name="Owner">Digest of the owner, in hexadecimal.</param>
/// <param name="Name">Name of the secret; unique for its purpose and owner.</param>
/// <param name="SealedKey">The key of the value, sealed by the key ring.</param>
/// <param name="SealedValue">The value, sealed under that key.</param>
/// <param name="At">When the value was set.</param>
/// <param name="Until">When the secret is forgotten.</param>
public sealed record SecretRow(
    string Purpose, string Owner, string Name, ReadOnlyMemory<byte> SealedKey, ReadOnlyMemory<byte> SealedValue, DateTimeOffset At,
    DateTimeOffset Until)
{
    /// <summary>The most bytes of a sealed key, and of a sealed value beside the value itself.</summary>
    public const int MostOverhead = 1024;

    /// <summary>The most bytes of a sealed value.</summary>
    public const int MostSealedBytes = 16_384 + MostOverhead;

    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">A text is too long or no text, or sealed bytes are missing or too long.</exception>
    public void Validate()
    {
        StoredText.Check(Purpose, nameof(Purpose));
        StoredText.Check(Owner, nameof(Owner));
        StoredText.Check(Name, nameof(Name));
        CheckSealed(SealedKey, MostOverhead, nameof(SealedKey));
        CheckSealed(SealedValue, MostSealedBytes, nameof(SealedValue));
    }

    /// <summary>Refuses sealed bytes that are missing or too long.</summary>
    /// <exception cref="ArgumentException">They are.</exception>
    public static void CheckSealed(ReadOnlyMemory<byte> bytes, int most, string name)
    {
        if (bytes.Length < 1 || bytes.Length > most)
            throw new ArgumentException($"The sealed bytes are {bytes.Length}; 1 to {most} are needed.", name);
    }
}
