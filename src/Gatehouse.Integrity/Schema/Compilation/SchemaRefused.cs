namespace Gatehouse.Integrity.Schema.Compilation;

/// <summary>Ends a compilation at its first fault.</summary>
internal sealed class SchemaRefused(SchemaFault fault) : Exception(fault.Message)
{
    public SchemaRefused(string path, string message)
        : this(new SchemaFault(path, message))
    {
    }

    public SchemaFault Fault { get; } = fault;
}
