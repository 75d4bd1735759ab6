namespace Gatehouse.Conventions.Tests.Pictures;

/// <summary>Colours of the picture of the pipeline.</summary>
/// <param name="Frame">Behind the stages.</param>
/// <param name="Box">A stage.</param>
/// <param name="Edge">Its edge.</param>
/// <param name="Line">Arrows, and the edge of the frame.</param>
/// <param name="Name">Name of a stage.</param>
/// <param name="Text">Its question.</param>
/// <param name="Party">Client and server.</param>
/// <param name="OnParty">Their names.</param>
internal sealed record PipelinePalette(string Frame, string Box, string Edge, string Line, string Name, string Text, string Party, string OnParty)
{
    public static PipelinePalette Light { get; } = new("#f4f6f8", "#ffffff", "#c3ccd6", "#6a7684", "#0b4a99", "#3b4552", "#0b4a99", "#ffffff");

    public static PipelinePalette Dark { get; } = new("#151b23", "#1f2630", "#3d4856", "#8995a3", "#82baff", "#c9d2dc", "#25508a", "#ffffff");
}
