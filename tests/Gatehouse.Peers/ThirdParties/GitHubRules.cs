using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Peers.ThirdParties;

/// <summary>The quirks of GitHub, by the pages of its documentation that the comments name.</summary>
internal sealed class GitHubRules(ThirdPartyProvider provider, ThirdPartyStore store, TimeProvider time) : ServiceRules(provider, store, time)
{
    private const int UserTokenSeconds = 28_800;
    private const int RefreshTokenSeconds = 15_897_600;

    // "Scopes for OAuth apps", normalized scopes: a scope that another one includes is dropped from the answer.
    private static readonly Dictionary<string, string> Included = new(StringComparer.Ordinal)
    {
        ["public_repo"] = "repo",
        ["repo:status"] = "repo",
        ["read:user"] = "user",
        ["user:email"] = "user",
    };

    public override string AuthorizePath => "/login/oauth/authorize";

    public override string TokenPath => "/login/oauth/access_token";

    protected override string CodePrefix => "";

    // "Authorizing OAuth apps": the parameter is optional, and the callback of the registration is its default.
    protected override string? Default() => Provider.Redirects.FirstOrDefault();

    protected override IReadOnlyList<string> ScopesOf(string text)
    {
        string[] asked = [.. text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Distinct()];
        return [.. asked.Where(scope => !(Included.TryGetValue(scope, out var whole) && asked.Contains(whole)))];
    }

    // "Troubleshooting authorization request errors": the browser goes back to the registered callback, never to the address of the request.
    protected override Task RefuseRedirectAsync(HttpContext context, IReadOnlyDictionary<string, string> query)
    {
        if (Default() is not { } redirect) return PageAsync(context, "No callback", "<p>The application has no callback URL.", 404);
        Return(context, redirect, query, ("error", "redirect_uri_mismatch"),
            ("error_description", "The redirect_uri MUST match the registered callback URL for this application."));
        return Task.CompletedTask;
    }

    // It knows no response_type; PKCE is accepted with S256 only ("Authorizing OAuth apps").
    protected override (string Error, string Text)? Fault(IReadOnlyDictionary<string, string> query) =>
        query.TryGetValue("code_challenge", out var challenge) && (challenge.Length != 43 || query.GetValueOrDefault("code_challenge_method") != "S256")
            ? ("invalid_request", "The code challenge must be made with S256.") : null;

    // "Authorizing OAuth apps": a person may grant fewer scopes than the application asks for.
    protected override PendingCode Granted(PendingCode request, string person) =>
        request with { Person = person, Scopes = [.. Provider.Granted(person, request.Scopes)], HasRefresh = Provider.HasExpiringTokens };

    // There is no discovery, and no iss in the response (RFC 9207).
    protected override IEnumerable<(string, string?)> Extra() => Provider.ResponseIssuer is { } issuer ? [("iss", issuer)] : [];

    protected override async Task TokenAsync(HttpContext context)
    {
        var form = await FormAsync(context);
        if (!IsClient(context, form))
            await FailAsync(context, "incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.");
        else if (form.GetValueOrDefault("grant_type", "authorization_code") == "authorization_code") await RedeemAsync(context, form);
        else if (form["grant_type"] == "refresh_token") await RefreshAsync(context, form);
        else await FailAsync(context, "unsupported_grant_type", "The grant type is not supported.");
    }

    protected override async Task<bool> AnswerMoreAsync(HttpContext context, string path)
    {
        if (path == "/user" && HttpMethods.IsGet(context.Request.Method)) await UserAsync(context);
        else if (path == $"/applications/{ThirdPartyProvider.ClientId}/grant" && HttpMethods.IsDelete(context.Request.Method)) await DeleteAsync(context, true);
        else if (path == $"/applications/{ThirdPartyProvider.ClientId}/token" && HttpMethods.IsDelete(context.Request.Method)) await DeleteAsync(context, false);
        else return false;
        return true;
    }

    private async Task RedeemAsync(HttpContext context, IReadOnlyDictionary<string, string> form)
    {
        if (!Store.TryTakeCode(form.GetValueOrDefault("code"), out var code) || !IsProved(code, form))
            await FailAsync(context, "bad_verification_code", "The code passed is incorrect or expired.");
        else if (form.TryGetValue("redirect_uri", out var redirect) && redirect != code.Redirect)
            await FailAsync(context, "redirect_uri_mismatch", "The redirect_uri MUST match the registered callback URL for this application.");
        else await GiveAsync(context, code.Person, code.Scopes, code.HasRefresh);
    }

    // "Refreshing user access tokens": the old access token and the old refresh token stop working.
    private async Task RefreshAsync(HttpContext context, IReadOnlyDictionary<string, string> form)
    {
        if (!Store.TryGetRefresh(form.GetValueOrDefault("refresh_token"), out var token))
        {
            await FailAsync(context, "bad_refresh_token", "The refresh token passed is incorrect or expired.");
            return;
        }

        Store.Remove(form["refresh_token"]);
        Store.RemoveAccessOf(token.Family);
        await GiveAsync(context, token.Person, token.Scopes, hasRefresh: true);
    }

    private Task GiveAsync(HttpContext context, string person, IReadOnlyList<string> scopes, bool hasRefresh)
    {
        var (family, now) = (Store.FamilyOf(person), Time.GetUtcNow());
        DateTimeOffset? end = hasRefresh ? now.AddSeconds(UserTokenSeconds) : null;
        var answer = new JsonObject { ["access_token"] = Store.AddAccess(hasRefresh ? "ghu_" : "gho_", new ThirdPartyToken(person, scopes, end, family)) };
        if (hasRefresh)
        {
            answer["expires_in"] = UserTokenSeconds;
            answer["refresh_token"] = Store.AddRefresh("ghr_", new ThirdPartyToken(person, scopes, now.AddSeconds(RefreshTokenSeconds), family));
            answer["refresh_token_expires_in"] = RefreshTokenSeconds;
        }

        // Tokens of a GitHub App have the permissions of the app: the member is empty there. Else it is a list with commas.
        answer["scope"] = hasRefresh ? "" : string.Join(',', scopes);
        answer["token_type"] = "bearer";
        return WriteAsync(context, answer);
    }

    // "Troubleshooting OAuth app access token request errors": errors have the status 200.
    private static Task FailAsync(HttpContext context, string error, string text) => WriteAsync(context, new JsonObject
    {
        ["error"] = error,
        ["error_description"] = text,
        ["error_uri"] = $"https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors#{error}",
    });

    // "Authorizing OAuth apps": the answer is a form unless the header Accept asks for JSON.
    private static Task WriteAsync(HttpContext context, JsonObject answer)
    {
        if (context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase)) return JsonAsync(context, answer);
        context.Response.ContentType = "application/x-www-form-urlencoded; charset=utf-8";
        var text = QueryHelpers.AddQueryString("", answer.ToDictionary(static pair => pair.Key, static pair => (string?)pair.Value!.ToString()));
        return context.Response.WriteAsync(text[1..], context.RequestAborted);
    }

    private Task UserAsync(HttpContext context)
    {
        if (Unnamed(context) is { } refused) return refused;
        var header = context.Request.Headers.Authorization.ToString();
        if (!Store.TryGetAccess(header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..] : null, out var token))
            return JsonAsync(context, new JsonObject { ["message"] = "Bad credentials", ["status"] = "401" }, 401);
        context.Response.Headers["X-OAuth-Scopes"] = string.Join(", ", token.Scopes);
        return JsonAsync(context, new JsonObject { ["login"] = token.Person, ["type"] = "User" });
    }

    // "OAuth authorizations" (REST): basic authentication of the client, and the token in a body of JSON. A token ends, or the whole grant.
    private async Task DeleteAsync(HttpContext context, bool isGrant)
    {
        if (Unnamed(context) is { } refused) await refused;
        else if (Basic(context) is null || !IsClient(context, new Dictionary<string, string>()))
            await JsonAsync(context, new JsonObject { ["message"] = "Requires authentication", ["status"] = "401" }, 401);
        else if (await TokenInBodyAsync(context) is not { } text)
            await JsonAsync(context, new JsonObject { ["message"] = "Validation Failed", ["status"] = "422" }, 422);
        else if (!Store.TryGetAccess(text, out var token)) await JsonAsync(context, new JsonObject { ["message"] = "Not Found", ["status"] = "404" }, 404);
        else
        {
            if (isGrant) Store.Revoke(token);
            else Store.Remove(text);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    // "Getting started with the REST API": a request without User-Agent is refused.
    private static Task? Unnamed(HttpContext context) => context.Request.Headers.UserAgent.Count > 0 ? null
        : PageAsync(context, "Request forbidden by administrative rules", "<p>Please make sure your request has a User-Agent header.", 403);

    private static async Task<string?> TokenInBodyAsync(HttpContext context)
    {
        try
        {
            return (string?)(await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))?["access_token"];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
