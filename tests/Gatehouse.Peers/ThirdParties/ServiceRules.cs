using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Peers.ThirdParties;

/// <summary>The part of a third party that both services share: the authorization page, codes and PKCE.</summary>
internal abstract class ServiceRules(ThirdPartyProvider provider, ThirdPartyStore store, TimeProvider time)
{
    private const string ApprovePath = "/approve";
    private static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(10);

    public abstract string AuthorizePath { get; }

    public abstract string TokenPath { get; }

    protected ThirdPartyProvider Provider => provider;

    protected ThirdPartyStore Store => store;

    protected TimeProvider Time => time;

    protected abstract string CodePrefix { get; }

    public async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path == AuthorizePath && HttpMethods.IsGet(context.Request.Method)) await AuthorizeAsync(context);
        else if (path == ApprovePath && HttpMethods.IsPost(context.Request.Method)) await ApproveAsync(context);
        else if (path == TokenPath && HttpMethods.IsPost(context.Request.Method) && context.Request.HasFormContentType) await TokenAsync(context);
        else if (!await AnswerMoreAsync(context, path)) context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    protected abstract Task TokenAsync(HttpContext context);

    protected abstract Task<bool> AnswerMoreAsync(HttpContext context, string path);

    /// <summary>The scopes of a request, as the service reads them.</summary>
    protected abstract IReadOnlyList<string> ScopesOf(string text);

    /// <summary>Answers a request whose redirect URI is not registered. The code goes to no unknown address (CWE-601).</summary>
    protected abstract Task RefuseRedirectAsync(HttpContext context, IReadOnlyDictionary<string, string> query);

    /// <summary>The error of a request with a registered redirect URI; null for none.</summary>
    protected abstract (string Error, string Text)? Fault(IReadOnlyDictionary<string, string> query);

    /// <summary>What the person's approval gives.</summary>
    protected abstract PendingCode Granted(PendingCode request, string person);

    /// <summary>Parameters that each authorization response has.</summary>
    protected abstract IEnumerable<(string, string?)> Extra();

    /// <summary>The form of a request. A parameter that comes twice is empty (CWE-235).</summary>
    protected static async Task<IReadOnlyDictionary<string, string>> FormAsync(HttpContext context) =>
        (await context.Request.ReadFormAsync(context.RequestAborted)).ToDictionary(
            static pair => pair.Key, static pair => pair.Value.Count == 1 ? pair.Value[0]! : "", StringComparer.Ordinal);

    protected static Task JsonAsync(HttpContext context, JsonObject answer, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    /// <summary>The client that <c>client_secret_basic</c> or the form names, if its secret is right.</summary>
    protected static bool IsClient(HttpContext context, IReadOnlyDictionary<string, string> form)
    {
        var (id, secret) = Basic(context) ?? (form.GetValueOrDefault("client_id", ""), form.GetValueOrDefault("client_secret", ""));
        return id == ThirdPartyProvider.ClientId
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(ThirdPartyProvider.ClientSecret));
    }

    protected static (string Id, string Secret)? Basic(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        var bytes = new byte[header.Length];
        return Convert.TryFromBase64String(header["Basic ".Length..], bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':') is [var id, var secret]
            ? (Uri.UnescapeDataString(id), Uri.UnescapeDataString(secret)) : ("", "");
    }

    /// <summary>True if the verifier is that of the challenge, and absent without one (RFC 7636, section 4.6).</summary>
    protected static bool IsProved(PendingCode code, IReadOnlyDictionary<string, string> form) =>
        code.Query.TryGetValue("code_challenge", out var challenge)
            ? form.TryGetValue("code_verifier", out var verifier) && verifier.Length is >= 43 and <= 128
                && Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) == challenge
            : !form.ContainsKey("code_verifier");

    protected static Task PageAsync(HttpContext context, string title, string body, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync($"<!doctype html><html lang=\"en\"><title>{title}</title><h1>{title}</h1>{body}", context.RequestAborted);
    }

    private async Task AuthorizeAsync(HttpContext context)
    {
        var request = context.Request.Query.ToDictionary(
            static pair => pair.Key, static pair => pair.Value.Count == 1 ? pair.Value[0]! : "", StringComparer.Ordinal);
        if (request.GetValueOrDefault("client_id") != ThirdPartyProvider.ClientId)
        {
            await PageAsync(context, "Unknown client", "<p>The application does not exist.", 404);
            return;
        }

        if (Redirect(request) is not { } redirect)
        {
            await RefuseRedirectAsync(context, request);
            return;
        }

        if (Fault(request) is var (error, text))
        {
            Return(context, redirect, request, ("error", error), ("error_description", text));
            return;
        }

        var pending = new PendingCode(request, redirect, "", ScopesOf(request.GetValueOrDefault("scope", "")), false, time.GetUtcNow() + CodeLife);
        if ((request.GetValueOrDefault("approve") ?? provider.ApprovedBy) is { } person) Complete(context, pending, person);
        else await AskAsync(context, pending);
    }

    private string? Redirect(Dictionary<string, string> request) =>
        request.TryGetValue("redirect_uri", out var asked) ? provider.Redirects.FirstOrDefault(registered => registered == asked) : Default();

    protected virtual string? Default() => null;

    private Task AskAsync(HttpContext context, PendingCode pending) => PageAsync(context, "Authorize", $"""
        <p>The application asks for:</p><ul>{string.Concat(pending.Scopes.Select(static scope => $"<li>{WebUtility.HtmlEncode(scope)}</li>"))}</ul>
        <form method="post" action="{ApprovePath}"><input type="hidden" name="ticket" value="{store.AddPage(pending)}">
        <label>Account <input name="person" id="person"></label>
        <button id="approve" name="answer" value="approve">Authorize</button><button id="deny" name="answer" value="deny">Cancel</button></form>
        """);

    private async Task ApproveAsync(HttpContext context)
    {
        var form = await FormAsync(context);
        if (!store.TryTakePage(form.GetValueOrDefault("ticket"), out var pending)) await PageAsync(context, "Expired", "<p>Begin again.", 400);
        else if (form.GetValueOrDefault("answer") != "approve" || form.GetValueOrDefault("person") is not { Length: > 0 } person)
            Return(context, pending.Redirect, pending.Query, ("error", "access_denied"), ("error_description", "The user has denied the access."));
        else Complete(context, pending, person);
    }

    private void Complete(HttpContext context, PendingCode pending, string person)
    {
        var granted = Granted(pending, person);
        store.Consent(person, granted.Scopes);
        Return(context, pending.Redirect, pending.Query, ("code", store.AddCode(CodePrefix, granted)));
    }

    protected void Return(HttpContext context, string redirect, IReadOnlyDictionary<string, string> query, params (string, string?)[] answer)
    {
        var all = answer.Append(("state", query.GetValueOrDefault("state"))).Concat(Extra()).Where(static pair => pair.Item2 is not null);
        context.Response.Redirect(QueryHelpers.AddQueryString(redirect, all.ToDictionary(static pair => pair.Item1, static pair => pair.Item2)));
    }
}
