using System.Globalization;
using Gatehouse.Range.Running;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>A server acts, and ends the connection before it answers.</summary>
public sealed class RepeatedCall : ClientExercise
{
    private const string Acted = "moved 900";

    /// <inheritdoc />
    public override string Id => "repeated-call";

    /// <inheritdoc />
    public override string Title => "A call that is carried out twice";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP05", "MCP08"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["EX-04"];

    /// <inheritdoc />
    public override string Protection => "stage forward, HTTP upstream: a request that was sent and may have acted is never repeated";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy repeats each request that got no answer, so that a short failure of a server is not seen.",
        "A server moves the money and ends the connection before it answers, by a fault or because its owner earns twice. The proxy sends the call a "
            + "second time.",
        "Gatehouse repeats only requests that were never sent, or that only read. The caller gets an error, and the log has a call whose outcome is "
            + "unknown.",
        "With an upstream that repeats each request, the money is moved twice again.");

    private protected override HttpMessageInvoker Client => Loopback.RepeatingClient;

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var victim = context.As(AttackContext.Victim);
        await victim.InitializeAsync().ConfigureAwait(false);
        await victim.CallAsync("look-up").ConfigureAwait(false);
        if (!await context.Canary.SingsAsync(Acted).ConfigureAwait(false)) throw new InvalidOperationException("the server was not called");
        var count = context.Canary.Songs.Count(static song => song == Acted);
        return [new Attempt("a call without an answer", count > 1, "carried out " + Times(count))];
    }

    private protected override Task<Func<HttpContext, string, bool>> AnswersAsync(RangeFixture fixture) =>
        Task.FromResult<Func<HttpContext, string, bool>>((context, tool) => IsAborted(context, tool, fixture.Canary));

    private static string Times(int count) => count == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{count} times");

    private static bool IsAborted(HttpContext context, string tool, Canary canary)
    {
        if (tool != "look-up") return false;
        canary.Sing(Acted);
        context.Abort();
        return true;
    }
}
