using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.Output;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Refusals;
using Gatehouse.Text;

namespace Gatehouse.Cli.GatewayCommands;

/// <summary><c>gatehouse pipeline show</c>.</summary>
internal static class PipelineCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var show = new Command("show",
            "Print the stages in their order, each with the codes of its refusals, and before forward the admission steps, each with the reason for "
            + "its place.\n\nExample:\n  gatehouse pipeline show")
        { json };
        show.SetAction(parsed =>
        {
            if (parsed.GetValue(json)) JsonOutput.Write("pipeline", Places().Select(Json).ToJsonArray());
            else foreach (var place in Places()) Terminal.Data(Line(place));
            return ExitCodes.Done;
        });
        return new Command("pipeline", "Show the pipeline.") { show };
    }

    // The stage approve is one of the admission steps: it has its codes, and the reason for its place among them.
    private static IEnumerable<Place> Places()
    {
        var (stages, steps) = (GatewayPipeline.StageNames, AdmissionSteps.InOrder);
        foreach (var stage in stages.Where(stage => steps.All(step => step.Name != stage)))
        {
            if (stage == ForwardStage.Name)
            {
                foreach (var step in steps) yield return new Place(step.Name, stages.Contains(step.Name), step.Reason);
            }

            yield return new Place(stage, IsStage: true, Reason: null);
        }
    }

    private static string Line(Place place) =>
        place.IsStage ? $"{place.Name,-18} {string.Join(' ', Codes(place))}" : $"  {place.Name,-16} {place.Reason}";

    private static JsonObject Json(Place place)
    {
        var json = new JsonObject { ["name"] = place.Name, ["kind"] = place.IsStage ? "stage" : "step" };
        if (place.IsStage) json["codes"] = Codes(place).Select(static code => JsonValue.Create(code)).ToJsonArray();
        if (place.Reason is { } reason) json["reason"] = reason;
        return json;
    }

    private static IEnumerable<string> Codes(Place place) =>
        Reasons.All.Where(reason => reason.Stage == place.Name).Select(static reason => reason.Code);

    private sealed record Place(string Name, bool IsStage, string? Reason);
}
