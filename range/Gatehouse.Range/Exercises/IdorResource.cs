using System.Text.Json;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>Another person's resource: tools are protected, resources were forgotten.</summary>
public sealed class IdorResource : NotesExercise
{
    /// <inheritdoc />
    public override string Id => "idor-resource";

    /// <inheritdoc />
    public override string Title => "Another person's object, by a resource template";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07", "MCP10"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-01"];

    /// <inheritdoc />
    public override string Protection => "stage authorize, variables of resource patterns";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server offers notes by the template notes://{owner}/{id}. A proxy in front checks every tool call against the caller, and passes "
            + "everything else.",
        "Mallory reads notes://alice/1 as a resource: by its name, by a name that begins with Mallory's own and leaves it with two dots, and with "
            + "encoded letters or dots, which the server decodes.",
        "Gatehouse's policy binds the variable of the pattern to the caller. URIs that servers read differently (dot segments, encoded separators) "
            + "cannot be decided, and no permit with a pattern covers them.",
        "With a stage that protects only tools, the server returns the note again.");

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await ReadAsync(context, "her name", "notes://alice/1").ConfigureAwait(false),
        await ReadAsync(context, "two dots", "notes://mallory/../alice/1").ConfigureAwait(false),
        await ReadAsync(context, "two dots, encoded", "notes://mallory/%2e%2e/alice/1").ConfigureAwait(false),
        await ReadAsync(context, "a letter encoded", "notes://%61lice/1").ConfigureAwait(false),
    ];

    internal override async Task<bool> UseHonestlyAsync(AttackContext context) =>
        (await GetAsync(context.As(AttackContext.Victim), "notes://alice/1").ConfigureAwait(false)).Holds(context.Canary.Secret);

    private static async Task<Attempt> ReadAsync(AttackContext context, string name, string uri)
    {
        var reply = await GetAsync(context.As(AttackContext.Attacker), uri).ConfigureAwait(false);
        var read = reply.Holds(context.Canary.Secret);
        return new Attempt(name, read, read ? "Alice's note came back" : $"nothing of hers: {reply.Summary()}");
    }

    private static async Task<RangeReply> GetAsync(RangeClient client, string uri)
    {
        await client.InitializeAsync().ConfigureAwait(false);
        return await client.PostAsync(client.Body("resources/read", JsonSerializer.Serialize(new { uri }))).ConfigureAwait(false);
    }

    internal override async Task<Uri> StartServerAsync(RangeFixture fixture) =>
        (await CanaryServer.StartAsync(fixture, overrides: (context, message) => AnswerAsync(fixture, context, message)).ConfigureAwait(false)).Url;

    private static async Task<bool> AnswerAsync(RangeFixture fixture, HttpContext context, JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object
            || !message.TryGetProperty("method", out var method) || !message.TryGetProperty("id", out var id)) return false;
        var result = method.GetString() switch
        {
            "initialize" => new
            {
                protocolVersion = "2025-11-25",
                capabilities = new { resources = new { } },
                serverInfo = new { name = "notes", version = "1" }
            },
            "resources/list" => new { resources = Array.Empty<object>() },
            "resources/templates/list" => new { resourceTemplates = new[] { new { uriTemplate = "notes://{owner}/{+id}", name = "note" } } },
            "resources/read" => Read(fixture, message.GetProperty("params").GetProperty("uri").GetString()!),
            _ => null,
        };
        if (result is null) return false;
        if (method.GetString() == "initialize")
            context.Response.Headers["Mcp-Session-Id"] = System.Security.Cryptography.RandomNumberGenerator.GetHexString(32);
        await CanaryServer.WriteAsync(context, new { jsonrpc = "2.0", id, result }).ConfigureAwait(false);
        return true;
    }

    // As servers do that hand the path to a library: decoded, dots resolved.
    private static object Read(RangeFixture fixture, string uri)
    {
        var parts = new List<string>();
        foreach (var part in Uri.UnescapeDataString(uri["notes://".Length..]).Split('/'))
        {
            if (part == "..") parts.RemoveAt(parts.Count - 1);
            else parts.Add(part);
        }

        return new
        {
            contents = new[]
            { new { uri, mimeType = "text/plain", text = parts[0] == AttackContext.Victim ? fixture.Canary.Secret : "nothing much" } }
        };
    }
}
