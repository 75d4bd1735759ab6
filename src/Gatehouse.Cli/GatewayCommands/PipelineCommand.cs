using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Pipeline;
using Gatehouse.Refusals;

namespace Gatehouse.Cli.GatewayCommands;

/// <summary><c>gatehouse pipeline show</c>.</summary>
internal static class PipelineCommand
{
    public static Command Create()
    {
        var show = new Command("show",
            "Print the stages in their order, each with the codes of its refusals.\n\nExample:\n  gatehouse pipeline show");
        show.SetAction(_ =>
        {
            foreach (var stage in GatewayPipeline.StageNames)
                Terminal.Data($"{stage,-18} {string.Join(' ', Reasons.All.Where(r => r.Stage == stage).Select(r => r.Code))}");
            return ExitCodes.Done;
        });
        return new Command("pipeline", "Show the pipeline.") { show };
    }
}
