using System.Text.Json;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;

namespace Gatehouse.Range.Exercises;

/// <summary>Another person's objects, by completing a template.</summary>
public sealed class IdorCompletion : NotesExercise
{
    private const string Notes = "notes://{owner}/{id}";

    /// <inheritdoc />
    public override string Id => "idor-completion";

    /// <inheritdoc />
    public override string Title => "Another person's objects, by completion";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07", "MCP10"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-01"];

    /// <inheritdoc />
    public override string Protection => "stage authorize, variables of a template that is being completed";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server offers notes by the template notes://{owner}/{id}, and completes the id. It restricts reading to the owner, but not completion.",
        "Mallory completes the id with Alice as the owner: in the context, in the template, and without an owner. The server returns the titles of "
            + "Alice's notes.",
        "Gatehouse inserts the values of the request into the template, and evaluates its policy for the result. A variable that a condition reads "
            + "and that is still unknown cannot be decided, because the answer would apply to all its values.",
        "With a stage that protects only tools, the server returns the titles again.");

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await CompleteAsync(context, "her name in the context", Notes, new { owner = AttackContext.Victim }).ConfigureAwait(false),
        await CompleteAsync(context, "her name in the template", "notes://alice/{id}", new { }).ConfigureAwait(false),
        await CompleteAsync(context, "her name after two dots", "notes://mallory/../alice/{id}", new { }).ConfigureAwait(false),
        await CompleteAsync(context, "no name", Notes, new { }).ConfigureAwait(false),
    ];

    internal override async Task<bool> UseHonestlyAsync(AttackContext context) =>
        (await AskAsync(context.As(AttackContext.Victim), Notes, new { owner = AttackContext.Victim }).ConfigureAwait(false))
            .Holds(context.Canary.Secret);

    private static async Task<Attempt> CompleteAsync(AttackContext context, string name, string uri, object known)
    {
        var reply = await AskAsync(context.As(AttackContext.Attacker), uri, known).ConfigureAwait(false);
        var told = reply.Holds(context.Canary.Secret);
        return new Attempt(name, told, told ? "titles of Alice's notes came back" : $"nothing of hers: {reply.Summary()}");
    }

    private static async Task<RangeReply> AskAsync(RangeClient client, string uri, object known)
    {
        await client.InitializeAsync().ConfigureAwait(false);
        return await client.PostAsync(client.Body("completion/complete", JsonSerializer.Serialize(new
        {
            @ref = new { type = "ref/resource", uri },
            argument = new { name = "id", value = "" },
            context = new { arguments = known },
        }))).ConfigureAwait(false);
    }

    internal override Task<Uri> StartServerAsync(RangeFixture fixture) =>
        ResourceServer.StartAsync(fixture, Notes, null,
            (method, parameters) => method == "completion/complete" ? Complete(fixture, parameters) : null);

    // By the context, then by the template; without an owner those of everybody.
    private static object Complete(RangeFixture fixture, JsonElement parameters)
    {
        var uri = parameters.GetProperty("ref").GetProperty("uri").GetString()!;
        var owner = parameters.GetProperty("context").GetProperty("arguments").TryGetProperty("owner", out var given)
            ? given.GetString() : uri.Split('/')[^2];
        return ResourceServer.Completion(owner is AttackContext.Victim or "{owner}" ? fixture.Canary.Secret : "nothing much");
    }
}
