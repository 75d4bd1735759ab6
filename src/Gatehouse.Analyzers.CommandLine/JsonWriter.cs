using System.Text.Json.Nodes;

namespace Gatehouse.Analyzers.CommandLine;

/// <summary>A report as JSON, the form that <c>gatehouse scan</c> reads.</summary>
internal static class JsonWriter
{
    /// <summary>Version of the form. A reader refuses an unknown version.</summary>
    public const int Format = 1;

    public static JsonObject Write(SourceReport report) => new()
    {
        ["format"] = Format,
        ["root"] = report.Root,
        ["files"] = report.Files,
        ["projects"] = report.Projects,
        ["unbound"] = report.Unbound,
        ["findings"] = new JsonArray([.. report.Findings.Select(finding => new JsonObject
        {
            ["rule"] = finding.Rule,
            ["message"] = finding.Message,
            ["file"] = finding.File,
            ["line"] = finding.Line,
            ["column"] = finding.Column,
        })]),
        ["skipped"] = new JsonArray([.. report.Skipped.Select(text => JsonValue.Create(text))]),
    };
}
