using Gatehouse.Analyzers.CommandLine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gatehouse.Analyzers.Tests;

/// <summary>Sources in a test, and what the rules find in them.</summary>
internal static class Sources
{
    /// <summary>The sources with the references of the program.</summary>
    public static CSharpCompilation Compile(string text) =>
        SourceAnalysis.Compile(new SourceProject("/test", [new SourceFile("/test/Tools.cs", text)]), TestContext.Current.CancellationToken);

    /// <summary>What the rules find, as "rule line".</summary>
    public static async Task<string[]> FindAsync(Compilation compilation) =>
        [.. (await SourceAnalysis.DiagnosticsAsync(compilation, TestContext.Current.CancellationToken))
            .Select(found => $"{found.Id} {found.Location.GetLineSpan().StartLinePosition.Line + 1}").Order()];
}
