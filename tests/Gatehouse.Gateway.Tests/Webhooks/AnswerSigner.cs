using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Keys;

namespace Gatehouse.Gateway.Tests.Webhooks;

/// <summary>The program of an operator that signs answers of people, with a key of its own.</summary>
internal sealed class AnswerSigner : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The public key as the configuration has it.</summary>
    public string PublicKey => Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());

    public AnswerKey Key => AnswerKey.TryParse(PublicKey, out var parsed) ? parsed : throw new InvalidOperationException("no key");

    /// <summary>The members of an answer to a notification.</summary>
    public static JsonObject Answer(Notification to, string issuer, string subject, DateTimeOffset at, string decision = "grant") => new()
    {
        ["approval"] = to.Text("approval"),
        ["digest"] = to.Text("digest"),
        ["shown"] = to.Text("shown"),
        ["decision"] = decision,
        ["person"] = new JsonObject { ["issuer"] = issuer, ["subject"] = subject },
        ["iat"] = at.ToUnixTimeSeconds(),
        ["nonce"] = to.Text("nonce"),
        ["reason"] = "ticket 7",
        ["acr"] = "mfa",
        ["auth_time"] = at.ToUnixTimeSeconds() - 30,
    };

    /// <summary>Signs an answer.</summary>
    public string Sign(JsonObject answer, Action<JsonObject>? header = null)
    {
        var head = new JsonObject { ["alg"] = "ES256", ["typ"] = "gatehouse-approval-answer+jwt" };
        header?.Invoke(head);
        var input = Part(head) + "." + Part(answer);
        return input + "." + Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256));
    }

    /// <summary>Makes an answer with another signature: none, or an HMAC with any bytes as its key (RFC 8725 §2.1).</summary>
    public static string Forge(JsonObject answer, string algorithm, byte[]? secret)
    {
        var input = Part(new JsonObject { ["alg"] = algorithm, ["typ"] = "gatehouse-approval-answer+jwt" }) + "." + Part(answer);
        return input + "." + (secret is null ? "" : Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input))));
    }

    public void Dispose() => key.Dispose();

    private static string Part(JsonObject json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));
}
