using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.AuthorizationServer.Host;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>Seals the facts of rows with the key ring.</summary>
/// <remarks>
/// Threat: a person with access to the store's file copies a row, or a sealed part, to another place, so that one person's grant becomes that of
/// another.
/// The key of each message is derived from its purpose and owner, so it opens nowhere else (SK-02).
/// </remarks>
internal sealed class SealedFacts : ISealedFacts
{
    /// <summary>The purpose of the key ring's keys.</summary>
    public const string RingPurpose = "authorization-facts";

    private readonly IKeySealer sealer;
    private readonly JsonSerializerOptions options;

    /// <summary>Makes the facts of a key ring.</summary>
    /// <param name="sealer">The key ring.</param>
    /// <param name="further">Types of facts in addition to those of tokens.</param>
    public SealedFacts(IKeySealer sealer, params IJsonTypeInfoResolver[] further)
    {
        this.sealer = sealer;
        options = new JsonSerializerOptions
        {
            TypeInfoResolver = JsonTypeInfoResolver.Combine([FactsJson.Default, .. further]),
            // Read by this class only. The default encoder writes six characters for each quotation mark or letter of other languages, so that
            // facts that a stranger chose could exceed the bound of a row.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        };
        options.MakeReadOnly();
    }

    /// <inheritdoc/>
    public byte[] Seal<T>(string purpose, string owner, T facts)
        where T : class
    {
        var plaintext = JsonSerializer.SerializeToUtf8Bytes(facts, Of<T>());
        var message = sealer.Seal(RingPurpose, [purpose, owner], plaintext);
        CryptographicOperations.ZeroMemory(plaintext);
        return message;
    }

    /// <inheritdoc/>
    public T? Open<T>(string purpose, string owner, ReadOnlyMemory<byte> sealedFacts)
        where T : class
    {
        if (!sealer.TryOpen(RingPurpose, [purpose, owner], sealedFacts.Span, out var plaintext))
            return null;
        try
        {
            return JsonSerializer.Deserialize(plaintext, Of<T>());
        }
        catch (JsonException)
        {
            return null; // sealed by a version whose facts were other ones
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
}
