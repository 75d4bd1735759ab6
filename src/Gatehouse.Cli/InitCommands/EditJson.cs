using System.Text.Json.Nodes;
using Gatehouse.Onboarding;
using Gatehouse.Text;

namespace Gatehouse.Cli.InitCommands;

/// <summary>A plan and its outcome for <c>--json</c>.</summary>
internal static class EditJson
{
    public static JsonObject Of(string result, EditPlan plan, EditOutcome? outcome, EditFinish? finish) => new JsonFields
    {
        ["result"] = result,
        ["files"] = plan.Files.Select(file => File(file, outcome)).ToJsonArray(),
        ["left"] = plan.Left.Select(Left).ToJsonArray(),
        ["unread"] = plan.Gaps.Select(gap => new JsonFields { ["what"] = gap.What, ["why"] = gap.Why }).ToJsonArray(),
        ["notSelected"] = plan.NotSelected,
        ["fault"] = outcome?.Fault,
        ["putBack"] = outcome?.PutBack.ToJsonArray(),
        ["notPutBack"] = outcome?.NotPutBack.ToJsonArray(),
        ["approved"] = finish?.Approved,
        ["askAtFirstStart"] = finish?.Open?.ToJsonArray(),
        ["cannotStart"] = finish?.Missing?.ToJsonArray(),
        ["verified"] = finish?.Verified?.Select(Verified).ToJsonArray(),
    };

    private static JsonFields File(EditedFile file, EditOutcome? outcome) => new()
    {
        ["path"] = file.Path,
        ["isOriginal"] = file.IsOriginal ? true : null,
        ["backup"] = outcome?.Changed.Where(changed => changed.File == file.Path).Select(changed => changed.Backup).FirstOrDefault(),
        ["servers"] = file.Servers.Select(Server).ToJsonArray(),
        ["difference"] = file.Difference.ToJsonArray(),
    };

    private static JsonFields Server(EditedServer server) => new()
    {
        ["client"] = server.Client,
        ["name"] = server.Name,
        ["wrapName"] = server.WrapName,
        ["line"] = server.Place.Line,
        ["was"] = server.Was,
        ["becomes"] = server.Becomes,
        ["environment"] = server.EnvironmentNames.ToJsonArray(),
    };

    private static JsonFields Left(SkippedServer left) => new()
    {
        ["client"] = left.Client,
        ["name"] = left.Name,
        ["file"] = left.Place.File,
        ["line"] = left.Place.Line,
        ["kind"] = left.Kind.ToString().ToLowerInvariant(),
        ["why"] = left.Why,
    };

    private static JsonFields Verified(CheckResult one) => new() { ["step"] = one.Step, ["isGood"] = one.IsGood, ["seen"] = one.Seen };
}
