using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>
/// An exercise about a server that offers notes by the template <c>notes://{owner}/{id}</c>, in front of which tools alone are protected.
/// </summary>
public abstract class NotesExercise : Exercise
{
    internal abstract Task<Uri> StartServerAsync(RangeFixture fixture);

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) =>
        await NaiveProxy.StartAsync(fixture, await StartServerAsync(fixture).ConfigureAwait(false),
            (_, body) => !NaiveReading.IsToolCall(body)).ConfigureAwait(false);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http(await StartServerAsync(fixture).ConfigureAwait(false));

    internal override IReadOnlyList<PolicyRule> RulesFor(RangeFixture fixture) => Policies.Read(
        """
        version: 1
        rules:
          - id: own-notes
            permit: { subjects: [alice, mallory], resources: ["notes://{owner}/*"] }
            when:
              - variable: owner
                equalsClaim: sub
        """);

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(PartNames.Authorize, static real => new ToolsOnlyAuthorize(real));
}
