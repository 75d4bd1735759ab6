using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Azure.Tests.StandIns;

/// <summary>
/// A vault of Key Vault over HTTPS on loopback: "Get Secret" of its REST interface with versions, the challenge of a request without a token, and its
/// refusals. It accepts a token only for its own resource.
/// </summary>
internal sealed class VaultStandIn : IAsyncDisposable
{
    /// <summary>The resource of its tokens, of which its host is a part.</summary>
    public const string Resource = "https://vault.test";

    private readonly ConcurrentDictionary<string, List<StoredVersion>> secrets = new(StringComparer.OrdinalIgnoreCase);
    private readonly string host;
    private WebApplication? web;

    private VaultStandIn(string host) => this.host = host;

    /// <summary>Its origin.</summary>
    public Uri Url => new($"https://{host}:{StandInWeb.PortOf(web!).ToString(CultureInfo.InvariantCulture)}");

    /// <summary>The requests with a good token, as paths.</summary>
    public ConcurrentQueue<string> Reads { get; } = new();

    /// <summary>The tokens that reached it.</summary>
    public ConcurrentQueue<string> Tokens { get; } = new();

    /// <summary>All requests.</summary>
    public int Requests { get; private set; }

    /// <summary>The resource that its challenge names.</summary>
    public string Challenged { get; set; } = Resource;

    /// <summary>The audience that it accepts.</summary>
    public string Accepted { get; set; } = Resource;

    /// <summary>Answers in place of the vault a request with a good token; returns false to let the vault answer. Null for none.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    /// <summary>Starts a vault.</summary>
    public static async Task<VaultStandIn> StartAsync(string host = "main.vault.test")
    {
        var vault = new VaultStandIn(host);
        vault.web = await StandInWeb.StartAsync(vault.AnswerAsync, isSecured: true);
        return vault;
    }

    /// <summary>Adds a version, which is the newest from then on.</summary>
    /// <returns>Its id.</returns>
    public string Set(string name, string value, Func<StoredVersion, StoredVersion>? change = null)
    {
        var versions = secrets.GetOrAdd(name, static _ => []);
        lock (versions)
        {
            var version = new StoredVersion((versions.Count + 1).ToString("x32", CultureInfo.InvariantCulture), value);
            versions.Add(change?.Invoke(version) ?? version);
            return version.Id;
        }
    }

    /// <summary>Deletes a secret.</summary>
    public void Delete(string name) => secrets.TryRemove(name, out _);

    /// <summary>The settings of this vault.</summary>
    public VaultSettings Settings(string name = "main") => new() { Name = name, Url = Url };

    /// <summary>Refuses a request as the vault does.</summary>
    public static Task RefuseAsync(HttpContext context, int status, string code, string? inner = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = "canary-of-the-vault" };
        if (inner is not null) error["innererror"] = new JsonObject { ["code"] = inner };
        return StandInWeb.JsonAsync(context, status, new JsonObject { ["error"] = error });
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await web!.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Requests++;
        var given = context.Request.Headers.Authorization.ToString();
        if (!given.StartsWith("Bearer ", StringComparison.Ordinal))
        {
            await ChallengeAsync(context, "AKV10000: Request is missing a Bearer or PoP token.");
            return;
        }

        Tokens.Enqueue(given["Bearer ".Length..]);
        if (Issued.Of(given["Bearer ".Length..])?.Audience != Accepted)
        {
            await ChallengeAsync(context, "AKV10022: Invalid audience.");
            return;
        }

        Reads.Enqueue(context.Request.Path);
        if (Instead is { } instead && await instead(context)) return;
        if (!HttpMethods.IsGet(context.Request.Method) || context.Request.Query["api-version"] is not [{ Length: > 0 }])
            await RefuseAsync(context, 400, "BadParameter");
        else await ReadAsync(context);
    }

    private async Task ReadAsync(HttpContext context)
    {
        var parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is not ["secrets", var name, ..] || parts.Length > 3)
        {
            await RefuseAsync(context, 404, "NotFound");
            return;
        }

        var versions = secrets.GetValueOrDefault(name);
        var found = versions is null ? null : parts.Length == 3 ? versions.Find(one => one.Id == parts[2]) : versions[^1];
        if (found is null) await RefuseAsync(context, 404, "SecretNotFound");
        else if (!found.Enabled) await RefuseAsync(context, 403, "Forbidden", "SecretDisabled");
        else await StandInWeb.JsonAsync(context, 200, Body(name, found));
    }

    private JsonObject Body(string name, StoredVersion version)
    {
        var attributes = new JsonObject
        {
            ["enabled"] = true,
            ["created"] = 1,
            ["updated"] = 1,
            ["recoveryLevel"] = "Recoverable",
        };
        if (version.Ends is { } end) attributes["exp"] = end.ToUnixTimeSeconds();
        if (version.Begins is { } begin) attributes["nbf"] = begin.ToUnixTimeSeconds();
        return new JsonObject
        {
            ["value"] = version.Value,
            ["id"] = $"https://{host}/secrets/{name}/{version.Id}",
            ["attributes"] = attributes,
        };
    }

    private Task ChallengeAsync(HttpContext context, string message)
    {
        context.Response.Headers.WWWAuthenticate =
            $"Bearer authorization=\"https://login.test/11111111-1111-4111-8111-111111111111\", resource=\"{Challenged}\"";
        return StandInWeb.JsonAsync(context, 401,
            new JsonObject { ["error"] = new JsonObject { ["code"] = "Unauthorized", ["message"] = message } });
    }
}
