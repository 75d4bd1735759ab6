using System.Globalization;

namespace Gatehouse.Fixture;

/// <summary>What the command line asks for.</summary>
internal sealed record FixtureOptions
{
    public const string Usage = """
        gatehouse-fixture http [--port N] [--require-header NAME=VALUE]
        gatehouse-fixture stdio

        http    listens on 127.0.0.1 and prints: listening http://127.0.0.1:PORT/mcp   (--port 0, the default, takes a free one)
                EXIT_WITH_STDIN=1 ends it when stdin closes
        stdio   ends when stdin closes
        """;

    public required bool Stdio { get; init; }

    public int Port { get; init; }

    /// <summary>A header every request must carry, as a server behind a gateway asks for its own credential.</summary>
    public KeyValuePair<string, string>? RequiredHeader { get; init; }

    public static FixtureOptions? Parse(string[] args) => args switch
    {
        ["stdio"] => new() { Stdio = true },
        ["http", .. var rest] => ParseHttp(rest),
        _ => null,
    };

    private static FixtureOptions? ParseHttp(ReadOnlySpan<string> args)
    {
        FixtureOptions? options = new() { Stdio = false };
        while (options is not null && args.Length > 0)
        {
            options = args is [var name, var value, ..] ? options.With(name, value) : null;
            args = options is null ? [] : args[2..];
        }

        return options;
    }

    private FixtureOptions? With(string name, string value) => name switch
    {
        "--port" when ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) => this with { Port = port },
        "--require-header" when value.IndexOf('=', StringComparison.Ordinal) is > 0 and var at =>
            this with { RequiredHeader = new(value[..at], value[(at + 1)..]) },
        _ => null,
    };
}
