using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Storage;

/// <summary>The place of a secret: its purpose, its owner and its name. A seal is bound to all three (SK-02).</summary>
/// <param name="Purpose">The use of the secrets of this kind; a word of the code.</param>
/// <param name="Owner">Digest of the owner, as <see cref="OwnerOf"/> makes it.</param>
/// <param name="Name">Name of the secret.</param>
public sealed record SecretPlace(string Purpose, string Owner, string Name)
{
    /// <summary>Longest name.</summary>
    public const int LongestName = 64;

    /// <summary>The purpose of the secrets that the configuration names.</summary>
    public const string ConfigurationPurpose = "secret";

    /// <summary>The form of a name, as a remedy names it.</summary>
    public const string NameForm = "1 to 64 of a-z, 0-9, '-', '.' and '_', with a letter or digit at the beginning";

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._");
    private static readonly string GatewayOwner = OwnerOf("gateway");

    /// <summary>Returns the place of a secret that the gateway's configuration names.</summary>
    /// <exception cref="ArgumentException">The name is no name of a secret. The message does not repeat it: it may be the secret itself.</exception>
    public static SecretPlace OfGateway(string name) => IsName(name)
        ? new(ConfigurationPurpose, GatewayOwner, name)
        : throw new ArgumentException($"A name of a secret is {NameForm}.", nameof(name));

    /// <summary>Returns whether a place is one of a secret that the gateway's configuration can name.</summary>
    public static bool IsOfGateway(SecretPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return (place.Purpose, place.Owner) == (ConfigurationPurpose, GatewayOwner) && IsName(place.Name);
    }

    /// <summary>Returns the digest of an owner. Each part enters it behind its length, so that no two owners agree.</summary>
    /// <param name="parts">The owner, such as issuer and subject.</param>
    public static string OwnerOf(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(System.Net.IPAddress.HostToNetworkOrder(bytes.Length)));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Returns whether a text is a name of a secret.</summary>
    public static bool IsName(string? text) => text is { Length: >= 1 and <= LongestName } && !text.AsSpan().ContainsAnyExcept(NameCharacters)
        && char.IsAsciiLetterOrDigit(text[0]);
}
