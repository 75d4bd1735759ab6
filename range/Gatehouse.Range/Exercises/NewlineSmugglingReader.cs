using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>Newline smuggling into a small line reader.</summary>
public sealed class NewlineSmugglingReader : NewlineSmuggling
{
    /// <inheritdoc />
    public override string Id => "newline-smuggling-reader";

    /// <inheritdoc />
    public override string Title => "Line breaks in a body, into a Python line reader";

    /// <inheritdoc />
    public override Need Needs => Need.Python;

    internal override string[] Command(Bed bed) => [bed.Tools.Python!, bed.Script("line-server.py"), bed.Canary.File];
}
