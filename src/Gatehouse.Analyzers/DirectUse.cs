using Gatehouse.Analyzers.Findings;
using Gatehouse.Analyzers.Taint;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Gatehouse.Analyzers;

/// <summary>
/// Code of tools in a project that uses Gatehouse.Server opens files, processes, connections and databases by what the library checks (LB-02).
/// </summary>
internal static class DirectUse
{
    public static void Register(CompilationStartAnalysisContext context, Func<CancellationToken, TaintEngine> engine)
    {
        context.RegisterOperationAction(operation =>
        {
            var (used, remedy) = operation.Operation switch
            {
                IInvocationOperation call => Of(call.TargetMethod),
                IObjectCreationOperation creation => Of(creation),
                _ => default,
            };
            if (used is not null && engine(operation.CancellationToken).IsReached(operation.ContainingSymbol, operation.Operation.Syntax))
                operation.ReportDiagnostic(Diagnostic.Create(Rules.Direct, operation.Operation.Syntax.GetLocation(), used, remedy));
        }, OperationKind.Invocation, OperationKind.ObjectCreation);
    }

    private static (string? Used, string? Remedy) Of(IMethodSymbol method)
    {
        if (!method.IsStatic) return default;
        return Types.FullName(method.ContainingType) switch
        {
            "System.Diagnostics.Process" when method.Name == "Start" => ("Process.Start", "ToolProcess of Gatehouse.Server"),
            "System.IO.File" or "System.IO.Directory" => ($"{method.ContainingType.Name}.{method.Name}", "ToolFiles of Gatehouse.Server"),
            "System.Net.WebRequest" => ("WebRequest", "an HttpClient from IHttpClientFactory"),
            _ => default,
        };
    }

    private static (string? Used, string? Remedy) Of(IObjectCreationOperation creation)
    {
        var type = creation.Type;
        var name = Types.FullName(type);
        if (name == "System.Diagnostics.Process") return ("Process", "ToolProcess of Gatehouse.Server");
        if (name is "System.IO.FileStream" or "System.IO.FileInfo" or "System.IO.DirectoryInfo") return (type!.Name, "ToolFiles of Gatehouse.Server");
        if (name is "System.IO.StreamReader" or "System.IO.StreamWriter" && Types.IsString(creation.Constructor?.Parameters.FirstOrDefault()?.Type))
            return (type!.Name, "ToolFiles of Gatehouse.Server");
        if (name is "System.Net.Http.HttpClient" or "System.Net.WebClient" or "System.Net.Sockets.TcpClient" or "System.Net.Sockets.Socket"
            or "System.Net.WebSockets.ClientWebSocket") return (type!.Name, "an HttpClient from IHttpClientFactory");
        return Types.Is(type, "System.Data.Common.DbConnection") ? (type!.Name, "the DbDataSource of the container") : default;
    }
}
