using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Peers.Providers;

/// <summary>
/// Identity assertion grants (draft-ietf-oauth-identity-assertion-authz-grant, "ID-JAG"): a token exchange that gives an assertion for the
/// authorization server of a partner. OpenIddict does not have it, and proves the client here by the same rules as everywhere.
/// </summary>
internal sealed class IdentityAssertions(string issuer, SecurityKey key, TimeProvider time)
{
    public const string TokenType = "urn:ietf:params:oauth:token-type:id-jag";
    public const string Type = "oauth-id-jag+jwt";

    private const string IdTokenType = "urn:ietf:params:oauth:token-type:id_token";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>The client that this provider's client is at a partner, by the issuer of the partner.</summary>
    public ConcurrentDictionary<string, string> Partners { get; } = new(StringComparer.Ordinal);

    public async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form["requested_token_type"] != TokenType || form["grant_type"] != "urn:ietf:params:oauth:grant-type:token-exchange")
        {
            await next(context);
            return;
        }

        if (await ProveAsync(context, form, next) is not { } client) return;
        var (status, answer) = Give(form, client);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    // A request with client credentials shows whether the client is proved. Its refusal is the answer.
    private static async Task<string?> ProveAsync(HttpContext context, IFormCollection form, RequestDelegate next)
    {
        var proof = form.Where(static pair => pair.Key.StartsWith("client_", StringComparison.Ordinal)).Append(new("grant_type", "client_credentials"));
        context.Request.Form = new FormCollection(proof.ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal));
        var original = context.Response.Body;
        using var kept = new MemoryStream();
        context.Response.Body = kept;
        await next(context);
        context.Response.Body = original;
        if (context.Response.StatusCode == 200)
        {
            context.Response.ContentLength = null;
            var token = (string)JsonNode.Parse(kept.ToArray())!["access_token"]!;
            return new JsonWebToken(token).Subject;
        }

        await original.WriteAsync(kept.ToArray(), context.RequestAborted);
        return null;
    }

    private (int, JsonObject) Give(IFormCollection form, string client)
    {
        if (form["subject_token_type"] != IdTokenType) return Refused("invalid_request", "The subject token must be an ID token.");
        if (form["subject_token"] is not [{ } text] || Read(text, client) is not { } id)
            return Refused("invalid_grant", "The ID token is not one of this client, or not valid.");
        if (form["audience"] is not [{ } partner] || !Partners.TryGetValue(partner, out var clientThere))
            return Refused("invalid_target", "The audience is no partner.");
        var now = time.GetUtcNow();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = issuer,
            ["sub"] = id.Subject,
            ["aud"] = partner,
            ["client_id"] = clientThere,
            ["jti"] = Guid.NewGuid().ToString("N"),
        };
        foreach (var name in (string[])["scope", "resource"])
        {
            if (form[name] is { Count: 1 } value && !StringValues.IsNullOrEmpty(value)) claims[name] = value.ToString();
        }

        var assertion = handler.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            IssuedAt = now.UtcDateTime,
            Expires = (now + Life).UtcDateTime,
            TokenType = Type,
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256),
        });
        return (200, new JsonObject
        {
            ["issued_token_type"] = TokenType,
            ["access_token"] = assertion,
            ["token_type"] = "N_A",
            ["expires_in"] = (int)Life.TotalSeconds,
        });
    }

    private JsonWebToken? Read(string text, string client)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var result = handler.ValidateTokenAsync(text, new TokenValidationParameters
        {
            ValidIssuer = issuer,
            ValidAudience = client,
            ValidTypes = ["JWT"],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKey = key,
            LifetimeValidator = (_, until, _, _) => until > now,
        }).GetAwaiter().GetResult();
        return result.IsValid ? (JsonWebToken)result.SecurityToken : null;
    }

    private static (int, JsonObject) Refused(string error, string text) =>
        (400, new JsonObject { ["error"] = error, ["error_description"] = text });
}
