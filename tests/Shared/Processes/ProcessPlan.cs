namespace Gatehouse.Tests.Processes;

/// <summary>A process to start. Arguments are a vector; no shell reads them.</summary>
internal sealed record ProcessPlan(string File, IReadOnlyList<string> Arguments)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The folder in which it runs; null for that of the test run.</summary>
    public string? Folder { get; init; }

    public static ProcessPlan Dotnet(string dll, params string[] arguments) => new("dotnet", [dll, .. arguments]);

    public ProcessPlan With(string variable, string value) =>
        this with { Environment = new Dictionary<string, string>(Environment) { [variable] = value } };
}
