using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Gatehouse.Analyzers.Findings;

/// <summary>Every kind of finding in the sources of an MCP server. Ids are given once and stay.</summary>
public static class Rules
{
    private const string Help = "docs/authors/analyser.md#";

    /// <summary>An argument reaches a command line, or the text of a program (CWE-78, CWE-94).</summary>
    public static readonly DiagnosticDescriptor Command = New("GHA0001", "Tool argument in the command line of a process",
        "{0} reaches the command line of a process. Start a fixed program with ProcessStartInfo.ArgumentList and without a shell, or compare the argument "
            + "with a list of permitted values first.");

    /// <summary>An argument reaches a path (CWE-22, CWE-36).</summary>
    public static readonly DiagnosticDescriptor Path = New("GHA0002", "Tool argument in the path of a file",
        "{0} reaches the path of a file. Make the path full with Path.GetFullPath and require that it begins with the permitted folder and its separator.");

    /// <summary>An argument reaches the text of a query (CWE-89).</summary>
    public static readonly DiagnosticDescriptor Sql = New("GHA0003", "Tool argument in the text of an SQL command",
        "{0} reaches the text of an SQL command. Write a parameter into the text, and add the argument as the value of that parameter.");

    /// <summary>An argument reaches the host of an outward request (CWE-918).</summary>
    public static readonly DiagnosticDescriptor Url = New("GHA0004", "Tool argument in the address of an outward request",
        "{0} decides where a request goes. Keep scheme and host fixed in the code, or compare Uri.Host with a list of permitted hosts first.");

    /// <summary>An argument names a type, or is read by a format that names types (CWE-502, CWE-470).</summary>
    public static readonly DiagnosticDescriptor Type = New("GHA0005", "Tool argument that decides which type is created",
        "{0} decides which type is created. Read it with System.Text.Json into one fixed type, or compare the name with a list of permitted names first.");

    /// <summary>A tool takes a credential as an argument, so that the model and every log of calls see it (CWE-522).</summary>
    public static readonly DiagnosticDescriptor Token = New("GHA0006", "Credential as a tool argument",
        "The parameter '{0}' takes a credential from the model. Take it from the Authorization header of the request, or keep it in the server's own configuration.");

    /// <summary>The text of an exception is returned to the model (CWE-209).</summary>
    public static readonly DiagnosticDescriptor ExceptionText = New("GHA0007", "Text of an exception returned to the model",
        "The text of an exception is returned to the model. Log the exception, and return a fixed text that says what the caller can do.");

    /// <summary>Tokens for other services are accepted (CWE-287).</summary>
    public static readonly DiagnosticDescriptor Audience = New("GHA0008", "Access tokens accepted without a check of their audience",
        "{0}, so tokens for other services are accepted. Set ValidateAudience to true, and ValidAudience to the address of this server.");

    /// <summary>A tool opens something itself, past what Gatehouse.Server checks (LB-02).</summary>
    public static readonly DiagnosticDescriptor Direct = New("GHA0009", "Tool code that goes past the checks of Gatehouse.Server",
        "{0} is used directly in code of a tool, where Gatehouse.Server cannot check it. Use {1}.", DiagnosticSeverity.Error);

    /// <summary>The analysis reached a bound, so that the rest of the sources was not analysed.</summary>
    public static readonly DiagnosticDescriptor Bound = new("GHA0010", "Analysis of tools not finished",
        "The analysis of what callers reach ended at its bound. Split the project, or read the tools that it does not report yourself.", "Security",
        DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help + "gha0010", customTags: [WellKnownDiagnosticTags.CompilationEnd]);

    /// <summary>All rules in the order of their ids.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } = [Command, Path, Sql, Url, Type, Token, ExceptionText, Audience, Direct, Bound];

    private static DiagnosticDescriptor New(string id, string title, string message, DiagnosticSeverity severity = DiagnosticSeverity.Warning) =>
        new(id, title, message, "Security", severity, isEnabledByDefault: true, helpLinkUri: Help + id.ToLowerInvariant());
}
