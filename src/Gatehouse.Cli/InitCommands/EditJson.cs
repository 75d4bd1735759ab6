using Gatehouse.Onboarding;

namespace Gatehouse.Cli.InitCommands;

/// <summary>A plan and its outcome for <c>--json</c>.</summary>
internal static class EditJson
{
    public static object Of(string result, EditPlan plan, EditOutcome? outcome, EditFinish? finish) => new
    {
        Result = result,
        Files = plan.Files.Select(file => new
        {
            file.Path,
            IsOriginal = file.IsOriginal ? true : (bool?)null,
            Backup = outcome?.Changed.Where(changed => changed.File == file.Path).Select(changed => changed.Backup).FirstOrDefault(),
            Servers = file.Servers.Select(
                server => new
                {
                    server.Client,
                    server.Name,
                    server.WrapName,
                    server.Place.Line,
                    server.Was,
                    server.Becomes,
                    Environment = server.EnvironmentNames
                }),
            file.Difference,
        }),
        Left = plan.Left.Select(
            left => new { left.Client, left.Name, left.Place.File, left.Place.Line, Kind = left.Kind.ToString().ToLowerInvariant(), left.Why }),
        Unread = plan.Gaps.Select(gap => new { gap.What, gap.Why }),
        plan.NotSelected,
        outcome?.Fault,
        PutBack = outcome?.PutBack,
        NotPutBack = outcome?.NotPutBack,
        finish?.Approved,
        AskAtFirstStart = finish?.Open,
        Verified = finish?.Verified,
    };
}
