using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Metadata;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;

namespace Gatehouse.Identity.Development;

/// <summary>
/// An issuer inside the process, for development on loopback: a fresh ES256 key per start, tokens as RFC 9068 has them. Its public key goes to the
/// validator directly. Nothing is served over HTTP.
/// </summary>
public sealed class DevelopmentIssuer : IDisposable
{
    /// <summary>The longest lifetime of a token.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(1);

    /// <summary>The path of its identifier under the gateway's public URL.</summary>
    public const string Path = "/dev-issuer";

    private const int IdentifierBytes = 16;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly string keyId = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdentifierBytes));

    /// <summary>Makes an issuer with a new key.</summary>
    /// <param name="issuer">The issuer identifier: an http or https URL on loopback, without query and fragment.</param>
    /// <param name="time">The clock of <c>iat</c> and <c>exp</c>.</param>
    /// <exception cref="ArgumentException">The URL is not on loopback: such tokens must be worth nothing to others.</exception>
    public DevelopmentIssuer(string issuer, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        if (!IssuerUri.IsAcceptable(issuer) || !new Uri(issuer).IsLoopback)
            throw new ArgumentException("A development issuer must be a URL on loopback, such as http://127.0.0.1:8080.", nameof(issuer));
        this.time = time;
        var profile = new IssuerProfile { Issuer = issuer, Algorithms = ["ES256"], MaxLifetime = MaxLifetime };
        TrustedIssuer = new TrustedIssuer(profile, new StaticIssuerKeys(JsonWebKeySet.Parse(PublicKeys())));
    }

    /// <summary>The form in which the validator takes this issuer.</summary>
    public TrustedIssuer TrustedIssuer { get; }

    /// <summary>Makes an access token (RFC 9068 §2).</summary>
    /// <exception cref="ArgumentException">Subject, audience or client is empty, a scope is no scope-token, or the lifetime is out of
    /// range.</exception>
    public SecretText Mint(DevelopmentGrant grant)
    {
        ArgumentNullException.ThrowIfNull(grant);
        Check(grant);
        var header = Json(writer =>
        {
            writer.WriteString("alg"u8, "ES256"u8);
            writer.WriteString("typ"u8, "at+jwt"u8);
            writer.WriteString("kid"u8, keyId);
        });
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(Json(writer => WriteClaims(writer, grant)))}";
        return new SecretText($"{signed}.{Base64Url.EncodeToString(Sign(signed))}");
    }

    /// <summary>Destroys the key: no more tokens can be made.</summary>
    public void Dispose() => key.Dispose();

    private static void Check(DevelopmentGrant grant)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(grant.Subject, nameof(grant));
        ArgumentException.ThrowIfNullOrWhiteSpace(grant.Audience, nameof(grant));
        ArgumentException.ThrowIfNullOrWhiteSpace(grant.ClientId, nameof(grant));
        if (grant.Scopes.Any(scope => !ScopeSet.IsScopeToken(scope)))
            throw new ArgumentException("A scope holds characters outside scope-token (RFC 6749 §3.3).", nameof(grant));
        if (grant.Lifetime < TimeSpan.FromSeconds(1) || grant.Lifetime > MaxLifetime)
            throw new ArgumentException($"The lifetime is not within 1 second and {MaxLifetime}.", nameof(grant));
    }

    private byte[] Sign(string signed)
    {
        lock (gate)
            return key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private void WriteClaims(Utf8JsonWriter writer, DevelopmentGrant grant)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        writer.WriteString("iss"u8, TrustedIssuer.Profile.Issuer);
        writer.WriteString("sub"u8, grant.Subject);
        writer.WriteString("aud"u8, grant.Audience);
        writer.WriteString("client_id"u8, grant.ClientId);
        writer.WriteNumber("iat"u8, now);
        writer.WriteNumber("exp"u8, now + (long)grant.Lifetime.TotalSeconds);
        writer.WriteString("jti"u8, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdentifierBytes)));
        if (grant.SessionId is not null)
            writer.WriteString("sid"u8, grant.SessionId);
        if (!grant.Scopes.IsDefaultOrEmpty)
            writer.WriteString("scope"u8, string.Join(' ', grant.Scopes));
        if (grant.Binding is { } binding)
            WriteBinding(writer, binding);
        WriteTexts(writer, "groups", grant.Groups);
        WriteTexts(writer, "roles", grant.Roles);
    }

    private static void WriteBinding(Utf8JsonWriter writer, TokenBinding binding)
    {
        writer.WriteStartObject("cnf"u8);
        if (binding.KeyThumbprint is not null)
            writer.WriteString("jkt"u8, binding.KeyThumbprint);
        if (binding.CertificateThumbprint is not null)
            writer.WriteString("x5t#S256"u8, binding.CertificateThumbprint);
        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
            return;
        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    private byte[] PublicKeys()
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return Json(writer =>
        {
            writer.WriteStartArray("keys"u8);
            writer.WriteStartObject();
            writer.WriteString("kty"u8, "EC"u8);
            writer.WriteString("crv"u8, "P-256"u8);
            writer.WriteString("alg"u8, "ES256"u8);
            writer.WriteString("use"u8, "sig"u8);
            writer.WriteString("kid"u8, keyId);
            writer.WriteString("x"u8, Base64Url.EncodeToString(point.X));
            writer.WriteString("y"u8, Base64Url.EncodeToString(point.Y));
            writer.WriteEndObject();
            writer.WriteEndArray();
        });
    }

    private static byte[] Json(Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
