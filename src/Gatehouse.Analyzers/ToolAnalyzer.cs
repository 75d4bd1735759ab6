using System.Collections.Immutable;
using Gatehouse.Analyzers.Findings;
using Gatehouse.Analyzers.Taint;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gatehouse.Analyzers;

/// <summary>
/// Follows what callers send through the tools, prompts and resources of an MCP server to the uses that are dangerous, and finds credentials among
/// their parameters and texts of exceptions in their results.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ToolAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [Rules.Command, Rules.Path, Rules.Sql, Rules.Url, Rules.Type, Rules.Token, Rules.ExceptionText, Rules.Direct, Rules.Bound];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        // A mark of generated code does not exempt sources: an attacker can write it.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(Start);
    }

    private static void Start(CompilationStartAnalysisContext context)
    {
        if (context.Compilation.GetTypeByMetadataName("ModelContextProtocol.Server.McpServerToolAttribute") is null) return;
        // The flow is computed once for the compilation, and reported file by file, where editors show it.
        var gate = new object();
        TaintEngine? ready = null;
        TaintEngine Engine(CancellationToken cancellation)
        {
            lock (gate)
            {
                if (ready is not null) return ready;
                var made = new TaintEngine(context.Compilation, cancellation);
                // Calls in calls need more room than the thread of an editor or compiler has left.
                DeepThread.Run(made.Run, TaintEngine.StackMebibytes);
                return ready = made;
            }
        }

        context.RegisterSemanticModelAction(file =>
        {
            foreach (var finding in Engine(file.CancellationToken).Findings)
            {
                if (finding.Place.SourceTree == file.SemanticModel.SyntaxTree) file.ReportDiagnostic(Of(finding));
            }
        });
        context.RegisterCompilationEndAction(end =>
        {
            if (Engine(end.CancellationToken).IsExhausted) end.ReportDiagnostic(Diagnostic.Create(Rules.Bound, Location.None));
        });
        if (context.Compilation.ReferencedAssemblyNames.Any(name => name.Name == "Gatehouse.Server")) DirectUse.Register(context, Engine);
    }

    private static Diagnostic Of(TaintFinding finding)
    {
        var source = finding.Source?.Locations.FirstOrDefault();
        var method = finding.Source?.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Ordinary } named ? $" of '{named.Name}'" : "";
        var subject = finding.Source is { } parameter ? $"The argument '{parameter.Name}'{method}" : "An argument of the caller";
        var argument = finding.Rule.Id == Rules.Token.Id ? finding.Source!.Name : subject;
        return Diagnostic.Create(finding.Rule, finding.Place, source is null ? null : [source], argument);
    }
}
