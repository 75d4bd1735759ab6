using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.SignIn;

/// <summary>
/// A program that connects people with a third-party service, as it is often written. The link names the person who needs the connection, and any
/// browser that opens it connects its own account. One address takes the answers of all services. The tokens are encrypted, and bound to no row.
/// </summary>
internal sealed class NaiveConnector : IAsyncDisposable
{
    private readonly WebApplication web = Loopback.Build();
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, byte[]> rows = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (string Person, string Verifier)> states = new(StringComparer.Ordinal);
    private readonly RangeService service;

    private NaiveConnector(RangeService service) => this.service = service;

    private string Origin => web.Urls.First();

    public static async Task<NaiveConnector> StartAsync(RangeFixture fixture)
    {
        var connector = fixture.Own(new NaiveConnector(fixture.Services!.Asked));
        connector.web.Run(connector.AnswerAsync);
        await connector.web.StartAsync().ConfigureAwait(false);
        return connector;
    }

    /// <summary>The page on which a person connects.</summary>
    public string LinkOf(string person) => $"{Origin}/connect?link={person}";

    /// <summary>Returns the token of a person; null without a connection.</summary>
    public string? TokenOf(string person) => rows.TryGetValue(person, out var row) ? NaiveSeal.Open(key, row) : null;

    /// <summary>Copies a row, as a person does who can write the database and cannot read the key.</summary>
    public Task CopyAsync(string from, string to)
    {
        rows[to] = rows[from];
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private Task AnswerAsync(HttpContext context) => (context.Request.Method, context.Request.Path.Value) switch
    {
        ("GET", "/connect") => AskAsync(context),
        ("POST", "/connect") => BeginAsync(context),
        ("GET", "/connect/callback") => FinishAsync(context),
        _ => Task.CompletedTask,
    };

    private static Task AskAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync($"""
            <h1>Connect your account</h1>
            <form method="post" action="/connect"><input type="hidden" name="link" value="{WebUtility.HtmlEncode(context.Request.Query["link"])}">
            <button name="decision" value="continue">Continue</button></form>
            """);
    }

    private async Task BeginAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync().ConfigureAwait(false);
        var (state, verifier) = (RandomNumberGenerator.GetHexString(32), RandomNumberGenerator.GetHexString(64));
        states[state] = (form["link"].ToString(), verifier);
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        context.Response.Redirect($"{service.Origin}/consent?client_id={RangeService.Client}&state={state}&code_challenge={challenge}"
            + $"&redirect_uri={Uri.EscapeDataString(Origin + "/connect/callback")}");
    }

    private async Task FinishAsync(HttpContext context)
    {
        if (!states.TryRemove(context.Request.Query["state"].ToString(), out var begun)) return;
        var token = await service.RedeemAsync(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = context.Request.Query["code"].ToString(),
            ["redirect_uri"] = Origin + "/connect/callback",
            ["client_id"] = RangeService.Client,
            ["code_verifier"] = begun.Verifier,
        }).ConfigureAwait(false);
        if (token is not null) rows[begun.Person] = NaiveSeal.Seal(key, token);
    }
}
