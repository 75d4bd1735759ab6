using System.Collections.Immutable;
using Gatehouse.Analyzers.Findings;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gatehouse.Analyzers.Taint;

/// <summary>The dangerous uses: parameters of methods, and properties.</summary>
internal static class Sinks
{
    private static readonly HashSet<string> Shells =
    [
        "sh", "bash", "zsh", "dash", "ksh", "fish", "busybox", "cmd", "powershell", "pwsh", "wscript", "cscript", "mshta", "env", "sudo", "xargs", "python",
        "python3", "node", "perl", "ruby", "php", "osascript", "ssh",
    ];

    private static readonly string[] PathParameters =
        ["path", "sourceFileName", "destFileName", "destinationFileName", "sourceDirName", "destDirName", "destinationBackupFileName", "fileName", "filename",
            "sourceDirectoryName", "destinationDirectoryName", "destinationArchiveFileName", "sourceArchiveFileName", "archiveFileName", "assemblyFile",
            "libraryPath", "assemblyPath", "physicalPath", "pathToTarget", "inputUri", "uri"];

    private static readonly HashSet<string> PathTypes =
    [
        "System.IO.File", "System.IO.Directory", "System.IO.FileStream", "System.IO.StreamReader", "System.IO.StreamWriter", "System.IO.Compression.ZipFile",
        "System.IO.Compression.ZipFileExtensions", "System.Xml.Linq.XDocument", "System.Xml.Linq.XElement", "System.Reflection.Assembly",
        "System.Runtime.InteropServices.NativeLibrary", "System.Runtime.Loader.AssemblyLoadContext", "System.IO.MemoryMappedFiles.MemoryMappedFile",
        "System.IO.FileSystemWatcher", "Microsoft.Extensions.FileProviders.PhysicalFileProvider", "Microsoft.AspNetCore.Http.Results",
        "Microsoft.AspNetCore.Http.TypedResults",
    ];

    // Methods that only compute with a path, or only say whether it exists.
    private static readonly HashSet<string> HarmlessPaths = ["Exists", "GetCurrentDirectory", "GetDirectoryRoot", "GetParent"];

    private static readonly HashSet<string> SqlMethods =
    [
        "FromSqlRaw", "ExecuteSqlRaw", "ExecuteSqlRawAsync", "SqlQueryRaw", "ExecuteSqlCommand", "ExecuteSqlCommandAsync", "FromSql",
    ];

    private static readonly string[] WebMethods = ["Get", "Post", "Put", "Delete", "Patch", "Send", "Download", "Upload", "Open", "Connect"];

    private static readonly HashSet<string> WebTypes =
    [
        "System.Net.Http.HttpClient", "System.Net.Http.Json.HttpClientJsonExtensions", "System.Net.WebClient", "System.Net.Sockets.TcpClient",
        "System.Net.WebSockets.ClientWebSocket", "System.Net.Sockets.Socket", "System.Net.Http.HttpMessageInvoker",
    ];

    public static void OfCall(Evaluator at, IInvocationOperation call, TaintValue receiver, ImmutableArray<TaintValue> arguments)
    {
        var method = call.TargetMethod;
        var type = Types.FullName(method.ContainingType);
        for (var index = 0; index < arguments.Length && index < method.Parameters.Length; index++)
        {
            if (!arguments[index].Tainted) continue;
            var kind = OfParameter(at, call, method, type, method.Parameters[index], arguments);
            if (kind != TaintKinds.None) Report(at, kind, arguments[index], Place(call.Arguments, index, call));
        }

        if (!receiver.Tainted || call.Instance is null) return;
        if (Types.Is(call.Instance.Type, "System.IO.FileSystemInfo") && method.Name is not ("ToString" or "Equals" or "GetHashCode" or "Refresh"))
            Report(at, TaintKinds.Path, receiver, call.Instance.Syntax);
    }

    public static void OfCreation(Evaluator at, IObjectCreationOperation creation, ImmutableArray<TaintValue> arguments)
    {
        if (creation.Constructor is not { } constructor) return;
        var type = Types.FullName(creation.Type);
        for (var index = 0; index < arguments.Length && index < constructor.Parameters.Length; index++)
        {
            if (!arguments[index].Tainted) continue;
            var parameter = constructor.Parameters[index];
            var kind = TaintKinds.None;
            if (type == "System.Diagnostics.ProcessStartInfo")
                kind = parameter.Name == "fileName" || Types.IsString(parameter.Type) || IsShell(arguments[0]) ? TaintKinds.Command : kind;
            else if (PathTypes.Contains(type) && IsPath(parameter)) kind = TaintKinds.Path;
            else if (IsCommandOfDatabase(creation.Type) && Types.IsString(parameter.Type) && parameter.Ordinal == 0) kind = TaintKinds.Sql;
            else if (type is "System.Net.Http.HttpRequestMessage" && parameter.Name == "requestUri") kind = TaintKinds.Url;
            else if (type is "System.Net.Sockets.TcpClient" && parameter.Name == "hostname") kind = TaintKinds.Url;
            else if (Types.Is(creation.Type, "ModelContextProtocol.McpException") && Types.IsString(parameter.Type))
                Spoken(at, arguments[index]);
            if (kind != TaintKinds.None) Report(at, kind, arguments[index], Place(creation.Arguments, index, creation));
        }
    }

    public static void OfAssignment(Evaluator at, IPropertyReferenceOperation property, TaintValue value)
    {
        if (!value.Tainted) return;
        var kind = (Types.FullName(property.Property.ContainingType), property.Property.Name) switch
        {
            ("System.Diagnostics.ProcessStartInfo", "FileName" or "Arguments") => TaintKinds.Command,
            ("System.Net.Http.HttpRequestMessage", "RequestUri") or ("System.Net.Http.HttpClient", "BaseAddress") or ("System.Net.WebClient", "BaseAddress") =>
                TaintKinds.Url,
            (_, "CommandText") when IsCommandOfDatabase(property.Property.ContainingType) => TaintKinds.Sql,
            _ => TaintKinds.None,
        };
        var place = property.Parent is IAssignmentOperation assignment ? assignment.Value.Syntax : property.Syntax;
        if (kind != TaintKinds.None) Report(at, kind, value, place);
    }

    /// <summary>The text of an exception goes to the model.</summary>
    public static void Spoken(Evaluator at, TaintValue value)
    {
        if ((value.Whole & TaintKinds.Exception) == 0) return;
        foreach (var place in value.Flat().Exceptions) at.Engine.Report(Rules.ExceptionText, place, null);
    }

    private static TaintKinds OfParameter(Evaluator at, IInvocationOperation call, IMethodSymbol method, string type, IParameterSymbol parameter,
        ImmutableArray<TaintValue> arguments)
    {
        var name = method.Name;
        switch (type)
        {
            case "System.Diagnostics.Process" when name == "Start":
                return parameter.Name is "fileName" or "userName" || Types.IsString(parameter.Type) || IsShell(arguments[0]) ? TaintKinds.Command : TaintKinds.None;
            case "System.Collections.ObjectModel.Collection" or "System.Collections.Generic.ICollection" or "System.Collections.Generic.List"
                when name is "Add" or "AddRange" or "Insert" && call.Instance is IPropertyReferenceOperation { Property.Name: "ArgumentList" } list:
                // A list of arguments is safe for a program, and a program text for a shell.
                return Types.Is(list.Instance?.Type, "System.Diagnostics.ProcessStartInfo") && IsShell(at.Evaluate(list.Instance).Member("FileName"))
                    ? TaintKinds.Command : TaintKinds.None;
            case "System.Management.Automation.PowerShell" when name is "AddScript" or "AddCommand":
            case "CliWrap.Cli" when name == "Wrap":
            case "CliWrap.Command" when name is "WithArguments" or "WithTargetFile" && Types.IsString(parameter.Type):
            case "SimpleExec.Command" when Types.IsString(parameter.Type) && parameter.Name is "name" or "args":
            case "Microsoft.CodeAnalysis.CSharp.Scripting.CSharpScript" when parameter.Name == "code":
                return TaintKinds.Command;
            case "System.Type" when name == "GetType" && parameter.Name == "typeName":
            case "System.Activator" when name is "CreateInstance" or "CreateInstanceFrom" && parameter.Name is "typeName" or "assemblyName" or "type":
            case "System.Reflection.Assembly" when name is "Load" or "GetType" or "LoadWithPartialName":
            case "System.Runtime.Serialization.Formatters.Binary.BinaryFormatter" when name == "Deserialize":
            case "System.Runtime.Serialization.NetDataContractSerializer" when name is "Deserialize" or "ReadObject":
            case "System.Runtime.Serialization.Formatters.Soap.SoapFormatter" when name == "Deserialize":
            case "System.Web.UI.LosFormatter" or "System.Web.UI.ObjectStateFormatter" when name == "Deserialize":
                return TaintKinds.Type;
            case "Newtonsoft.Json.JsonConvert" when name.StartsWith("Deserialize", StringComparison.Ordinal) && parameter.Ordinal == 0:
                return NamesTypes(at, call) ? TaintKinds.Type : TaintKinds.None;
            case "Newtonsoft.Json.JsonSerializer" when name.StartsWith("Deserialize", StringComparison.Ordinal) && parameter.Ordinal == 0:
                return call.Instance is not null && Reached(at.Evaluate(call.Instance).Member("TypeNameHandling")) ? TaintKinds.Type : TaintKinds.None;
            case "System.Net.WebRequest" when name is "Create" or "CreateHttp":
            case "System.Net.Dns":
                return TaintKinds.Url;
        }

        if (PathTypes.Contains(type) && IsPath(parameter) && !HarmlessPaths.Contains(name)) return TaintKinds.Path;
        if (type is "System.IO.FileInfo" or "System.IO.DirectoryInfo" && IsPath(parameter)) return TaintKinds.Path;
        if (WebTypes.Contains(type) && WebMethods.Any(start => name.StartsWith(start, StringComparison.Ordinal))
            && parameter.Name is "requestUri" or "address" or "uri" or "hostname" or "host") return TaintKinds.Url;
        if (SqlMethods.Contains(name) && parameter.Name is "sql" or "query" && Types.IsString(parameter.Type)) return TaintKinds.Sql;
        if (type is "Dapper.SqlMapper" && parameter.Name == "sql") return TaintKinds.Sql;
        if (name == "CreateCommand" && Types.IsString(parameter.Type) && Types.Is(method.ContainingType, "System.Data.Common.DbDataSource")) return TaintKinds.Sql;
        return TaintKinds.None;
    }

    private static bool IsPath(IParameterSymbol parameter) => Types.IsString(parameter.Type) && PathParameters.Contains(parameter.Name);

    private static bool IsCommandOfDatabase(ITypeSymbol? type) => Types.Is(type, "System.Data.Common.DbCommand")
        || Types.Implements(type, "System.Data.IDbCommand") || Types.Is(type, "System.Data.Common.DbDataAdapter")
        || Types.Is(type, "System.Data.Common.DbBatchCommand") || Types.FullName(type) == "Microsoft.Azure.Cosmos.QueryDefinition";

    // A program that takes the text of another program as its argument.
    private static bool IsShell(TaintValue program)
    {
        if (program.Constant is not { } path) return false;
        var name = path.Substring(path.LastIndexOfAny(['/', '\\']) + 1);
        return Shells.Contains(name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? name.Substring(0, name.Length - 4) : name);
    }

    private static bool NamesTypes(Evaluator at, IInvocationOperation call) =>
        call.Arguments.Any(argument => Types.FullName(argument.Parameter?.Type) == "Newtonsoft.Json.JsonSerializerSettings"
            && Reached(at.Evaluate(argument.Value).Member("TypeNameHandling")));

    // TypeNameHandling has a value that an assignment left as a text; None is 0 and leaves none.
    private static bool Reached(TaintValue value) => value.Text is not (null or "0");

    private static SyntaxNode Place(ImmutableArray<IArgumentOperation> arguments, int ordinal, IOperation whole) =>
        arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == ordinal)?.Value.Syntax ?? whole.Syntax;

    private static void Report(Evaluator at, TaintKinds kind, TaintValue value, SyntaxNode place)
    {
        if ((value.Whole & kind) == 0) return;
        var rule = kind switch
        {
            TaintKinds.Command => Rules.Command,
            TaintKinds.Path => Rules.Path,
            TaintKinds.Sql => Rules.Sql,
            TaintKinds.Url => Rules.Url,
            _ => Rules.Type,
        };
        at.Engine.Report(rule, place.GetLocation(), value.Flat().Argument);
    }
}
