using Gatehouse.Detection.Content;

namespace Gatehouse.Detection.Messages;

/// <summary>The models of this build by place.</summary>
internal static class PassageModels
{
    private static readonly PassageModel Results = new(ContentFile.Default, ContentHead.Results);
    private static readonly PassageModel Prompts = new(ContentFile.Default, ContentHead.Prompts);

    public static PassageModel For(MessagePlace place) =>
        place is MessagePlace.Prompt or MessagePlace.Sampling or MessagePlace.Answer ? Prompts : Results;
}
